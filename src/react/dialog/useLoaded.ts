import { useEffect, useState } from 'react'
import { useLatest } from './useLatest.js'

/**
 * What is fetched when it is needed, `undefined` until it is here. Where it cannot be fetched `onError` is told, and the
 * next that needs it asks again: `load` does not keep its failure.
 */
export function useLoaded<T>(load: () => Promise<T>, onError: (error: unknown) => void): T | undefined {
  const [loaded, setLoaded] = useState<{ readonly part: T }>()
  const fail = useLatest(onError)
  useEffect(() => {
    let isWanted = true
    load().then(
      (part) => isWanted && setLoaded({ part }),
      (error: unknown) => isWanted && fail(error),
    )
    return () => {
      isWanted = false
    }
  }, [load, fail])
  return loaded?.part
}
