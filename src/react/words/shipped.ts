import { useCallback, useSyncExternalStore } from 'react'
import type { Messages } from './messages.js'

const listeners = new Set<() => void>()
let german: Messages | undefined

/** The catalogue that comes with the package for a locale, once it is here; `undefined` for all that speak English. */
export function useShippedMessages(locale: string | undefined, isWanted: boolean): Messages | undefined {
  const isGerman = isWanted && locale !== undefined && new Intl.Locale(locale).language === 'de'
  const subscribe = useCallback(
    (listener: () => void) => {
      listeners.add(listener)
      if (isGerman && !german) void fetchGerman()
      return () => listeners.delete(listener)
    },
    [isGerman],
  )
  return useSyncExternalStore(
    subscribe,
    () => (isGerman ? german : undefined),
    // as the server drew it
    () => undefined,
  )
}

async function fetchGerman(): Promise<void> {
  try {
    german = (await import('./german.js')).GERMAN
  } catch {
    // English it stays; the next provider asks again
    return
  }
  for (const listener of [...listeners]) listener()
}
