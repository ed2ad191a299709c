import { useBandwidthPolicy, usePlugin, usePluginDock } from 'plugdock/react'
import { useMemo, useState } from 'react'
import { type OriginChange, type OriginState, SLOW_SPEED, USUAL_SPEED } from '../origin.js'
import { goTo } from '../useRoute.js'
import type { FaultName } from '../words/pageWords.js'
import { isSkipped, nextBrokenVersion } from './brokenUpdate.js'
import { useFilledStorage } from './useFilledStorage.js'

export type SwitchName = Exclude<FaultName, 'broken' | 'cut' | 'damage'>

/** What is broken now, and how to break more. */
export interface Faults {
  /** In the order of the page; without what happens once. */
  readonly active: readonly FaultName[]
  /** Something that takes a moment is being made. */
  readonly busy: 'full' | 'broken' | undefined
  /** Of the first plugin: what would be published. */
  readonly nextBroken: string
  set(name: SwitchName, isOn: boolean): void
  publishBroken(): void
  backToNormal(): void
}

interface FaultsInput {
  readonly origin: OriginState
  changeOrigin(change: OriginChange): Promise<OriginState>
  complain(error: unknown): void
}

export function useFaults({ origin, changeOrigin, complain }: FaultsInput): Faults {
  const dock = usePluginDock()
  const { policy, change: changePolicy } = useBandwidthPolicy()
  const [busy, setBusy] = useState<Faults['busy']>()
  const storage = useFilledStorage(changeOrigin, complain)
  const [first] = origin.plugins
  const view = usePlugin(first?.id ?? '')
  const nextBroken = nextBrokenVersion(view, first?.version ?? '')
  const active = activeFaults(origin, {
    full: storage.isFull,
    metered: policy.connection === 'metered',
    broken: origin.brokenVersion !== null && !isSkipped(view, origin.brokenVersion),
  })
  return useMemo(() => {
    const run = (name: Faults['busy'], work: () => Promise<unknown>) => {
      setBusy(name)
      work().then(
        () => setBusy(undefined),
        (error: unknown) => {
          setBusy(undefined)
          complain(error)
        },
      )
    }
    const setMetered = (isOn: boolean) => changePolicy({ connection: isOn ? 'metered' : 'auto' })
    const set = (name: SwitchName, isOn: boolean) => {
      if (name === 'full') run('full', isOn ? storage.fill : storage.empty)
      else if (name === 'metered') run(undefined, () => setMetered(isOn))
      else if (name === 'slow') run(undefined, () => changeOrigin({ speed: isOn ? SLOW_SPEED : USUAL_SPEED }))
      else run(undefined, () => changeOrigin({ weather: isOn ? name : 'clear' }))
    }
    const publishBroken = () =>
      run('broken', async () => {
        await changeOrigin({ brokenVersion: nextBroken })
        if (first) await dock.downloads.startDownload(first.source)
        goTo('library', first?.id)
      })
    const backToNormal = () =>
      run(undefined, async () => {
        await changeOrigin({ weather: 'clear', speed: USUAL_SPEED, brokenVersion: null })
        await setMetered(false)
        await storage.empty()
      })
    return { active, busy, nextBroken, set, publishBroken, backToNormal }
  }, [active, busy, nextBroken, storage, dock, first, changeOrigin, changePolicy, complain])
}

function activeFaults(
  { weather, speed }: OriginState,
  others: Readonly<Record<'full' | 'metered' | 'broken', boolean>>,
): readonly FaultName[] {
  const isOn: Readonly<Record<Exclude<FaultName, 'cut' | 'damage'>, boolean>> = {
    offline: weather === 'offline',
    busy: weather === 'busy',
    stalled: weather === 'stalled',
    slow: speed === SLOW_SPEED,
    ...others,
  }
  const names = Object.keys(isOn) as (keyof typeof isOn)[] // reason: the keys of a record are its type's
  return names.filter((name) => isOn[name])
}
