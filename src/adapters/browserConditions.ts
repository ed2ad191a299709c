import type { Conditions, ConditionsSource } from '../ports/conditions.js'
import { STEADY_CONDITIONS } from './steadyConditions.js'

/** The Network Information API: some engines only, and a hint where it is. */
interface NetworkInformation extends EventTarget {
  readonly type?: string
  readonly saveData?: boolean
  /** Of newer drafts. */
  readonly metered?: boolean
}

/** Kinds of networks of which a browser says nothing. */
const NO_KIND = new Set(['none', 'unknown', 'other'])

/** What the browser says of itself. Outside a page nothing is known, and nothing changes. */
export function createBrowserConditions(): ConditionsSource {
  return {
    get current() {
      return readConditions(false)
    },
    watch,
  }
}

/** Whether the browser tells mobile data from other networks. */
export function detectsMetered(): boolean {
  return isMetered(connection()) !== undefined
}

/** Whether the browser tells that a person wants to save data. */
export function detectsSaveData(): boolean {
  return connection()?.saveData !== undefined
}

function readConditions(frozen: boolean): Conditions {
  if (typeof navigator === 'undefined' || typeof document === 'undefined') return STEADY_CONDITIONS
  const network = connection()
  return {
    online: navigator.onLine,
    metered: isMetered(network),
    saveData: network?.saveData,
    visible: document.visibilityState === 'visible',
    frozen,
  }
}

function isMetered(network: NetworkInformation | undefined): boolean | undefined {
  if (network?.metered !== undefined) return network.metered
  return network?.type === undefined || NO_KIND.has(network.type) ? undefined : network.type === 'cellular'
}

function watch(listener: (conditions: Conditions) => void): () => void {
  if (typeof window === 'undefined') return () => {}
  const controller = new AbortController()
  const { signal } = controller
  const network = followConnection(() => tell(false), signal)
  const tell = (frozen: boolean) => {
    network()
    listener(readConditions(frozen))
  }
  const sources: readonly (readonly [EventTarget, string])[] = [
    [window, 'online'],
    [window, 'offline'],
    [window, 'pageshow'],
    [document, 'visibilitychange'],
    [document, 'resume'],
  ]
  for (const [target, event] of sources) target.addEventListener(event, () => tell(false), { signal })
  document.addEventListener('freeze', () => tell(true), { signal })
  return () => controller.abort()
}

/** Listens to the present object, which may be replaced; the returned function looks for another one. */
function followConnection(tell: () => void, signal: AbortSignal): () => void {
  let followed: NetworkInformation | undefined
  const follow = (): void => {
    const present = connection()
    if (present === followed) return
    followed?.removeEventListener?.('change', tell)
    followed = present
    // what an app puts in its place for a test may be no event target
    followed?.addEventListener?.('change', tell, { signal })
  }
  follow()
  return follow
}

function connection(): NetworkInformation | undefined {
  if (typeof navigator === 'undefined') return undefined
  return (navigator as { connection?: NetworkInformation }).connection // reason: not in the DOM library
}
