import type { Conditions, ConditionsSource } from '../ports/conditions.js'
import { STEADY_CONDITIONS } from './steadyConditions.js'

/** The Network Information API: some engines only, and a hint where it is. */
interface NetworkInformation extends EventTarget {
  readonly type?: string
  readonly saveData?: boolean
}

/** What the browser says of itself. Outside a page nothing is known, and nothing changes. */
export function createBrowserConditions(): ConditionsSource {
  return {
    get current() {
      return readConditions()
    },
    watch,
  }
}

/** Whether the browser tells mobile data from other networks. */
export function detectsMetered(): boolean {
  return connection()?.type !== undefined
}

/** Whether the browser tells that a person wants to save data. */
export function detectsSaveData(): boolean {
  return connection()?.saveData !== undefined
}

function readConditions(): Conditions {
  if (typeof navigator === 'undefined' || typeof document === 'undefined') return STEADY_CONDITIONS
  const { type, saveData } = connection() ?? {}
  return {
    online: navigator.onLine,
    metered: type === undefined ? undefined : type === 'cellular',
    saveData,
    visible: document.visibilityState === 'visible',
  }
}

function watch(listener: (conditions: Conditions) => void): () => void {
  if (typeof window === 'undefined') return () => {}
  const controller = new AbortController()
  const tell = () => listener(readConditions())
  const sources: readonly (readonly [EventTarget | undefined, string])[] = [
    [window, 'online'],
    [window, 'offline'],
    [document, 'visibilitychange'],
    [connection(), 'change'],
  ]
  for (const [target, event] of sources) target?.addEventListener(event, tell, { signal: controller.signal })
  return () => controller.abort()
}

function connection(): NetworkInformation | undefined {
  if (typeof navigator === 'undefined') return undefined
  return (navigator as { connection?: NetworkInformation }).connection // reason: not in the DOM library
}
