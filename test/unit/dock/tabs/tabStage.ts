import { onTestFinished } from 'vitest'
import { createPluginDockOn, type HostDockOptions } from '../../../../src/createPluginDockOn.js'
import type { PluginDock } from '../../../../src/dock/types.js'
import type { Conditions } from '../../../../src/ports/conditions.js'
import type { Channel, HostStores } from '../../../../src/ports/host.js'
import type { MemoryHost, MemoryHostOptions } from '../../../../src/testing/index.js'
import { createStage, passTimeUntil, type Stage } from '../stage.js'

/** What becomes of one message: it comes, never comes, comes twice, or comes after the next one. */
export type Fate = 'heard' | 'lost' | 'twice' | 'late'

export interface Tab {
  readonly dock: PluginDock
  readonly host: MemoryHost
  readonly leads: boolean
  /** As if its script ran in circles: it hears nothing and says nothing, and keeps the lock. */
  hang(): void
  /** As if its script stood still in the middle of all writes. What is returned wakes it, also where it hangs. */
  standStill(): () => void
}

export interface TabStage extends Stage {
  /** One page more on the same stores. The first one leads. */
  openTab(conditions?: Partial<Conditions>, options?: HostDockOptions): Promise<Tab>
  /** Asked of every message that a page posts, with how many there were before. */
  fateOf: (message: { readonly type: string }, at: number, from: Tab | undefined) => Fate
  /** Lets time pass until it is so. */
  pass(isReached: () => boolean, what: string): Promise<void>
  /** Lets time pass until it is settled. */
  settled<T>(work: Promise<T>): Promise<T>
}

/** Several pages over one memory host, and a wire between them that a test holds in its hands. */
export function createTabStage(options: MemoryHostOptions = {}): TabStage {
  const stage = createStage({ ...options, pages: true })
  let posted = 0
  const tabs: TabStage = {
    ...stage,
    fateOf: () => 'heard',
    openTab,
    pass: (isReached, what) => passTimeUntil(stage.clock, isReached, what),
    async settled(work) {
      let isSettled = false
      const settle = (): void => {
        isSettled = true
      }
      work.then(settle, settle)
      await passTimeUntil(stage.clock, () => isSettled, 'it to settle')
      return work
    },
  }
  return tabs

  async function openTab(conditions: Partial<Conditions> = {}, dockOptions: HostDockOptions = {}): Promise<Tab> {
    const page = stage.host.page(conditions)
    const { followers } = page
    if (!followers) throw new Error('The memory host has no pages')
    const life = { isHung: false, writing: Promise.resolve() }
    let tab: Tab | undefined
    const fate = (message: unknown): Fate => {
      if (life.isHung) return 'lost'
      return tabs.fateOf(message as { type: string }, posted++, tab) // every message has a type
    }
    const openChannel = (): Channel => openFated(followers.openChannel(), fate, () => life.isHung)
    // who runs in circles does not reach for the lock
    const takeOver = () => (life.isHung ? new Promise<never>(() => {}) : followers.takeOver())
    const host: MemoryHost = Object.create(page, {
      followers: { value: { ...followers, openChannel, takeOver } },
      open: { value: async () => writingLater(await page.open(), () => life.writing) },
    })
    const dock = await createPluginDockOn(host, dockOptions)
    onTestFinished(() => dock.close())
    tab = {
      dock,
      host,
      get leads() {
        return dock.supervisor.getSnapshot().hasTag('leader')
      },
      hang() {
        life.isHung = true
      },
      standStill() {
        let goOn = (): void => {}
        life.writing = new Promise((resolve) => {
          goOn = resolve
        })
        return () => {
          life.isHung = false
          goOn()
        }
      },
    }
    return tab
  }
}

function writingLater(stores: HostStores, until: () => Promise<void>): HostStores {
  const { records } = stores
  const commit: typeof records.commit = async (changes, options) => {
    await until()
    await records.commit(changes, options)
  }
  return { ...stores, records: { ...records, commit } }
}

/** A channel whose messages come as their fates will have it. */
function openFated(channel: Channel, fateOf: (message: unknown) => Fate, isDeaf: () => boolean): Channel {
  let late: unknown[] = []
  return {
    post(message) {
      const fate = fateOf(message)
      const held = late
      late = fate === 'late' ? [message] : []
      if (fate === 'heard' || fate === 'twice') channel.post(message)
      if (fate === 'twice') channel.post(message)
      for (const before of held) channel.post(before)
    },
    listen: (listener) =>
      channel.listen((message) => {
        if (!isDeaf()) listener(message)
      }),
    close: () => channel.close(),
  }
}
