import { useCallback, useRef } from 'react'

/** Calls once at most: what a dialog was for may be over before its button's work has settled, and both would close it. */
export function useOnce(callback: () => void): () => void {
  const isDone = useRef(false)
  return useCallback(() => {
    if (isDone.current) return
    isDone.current = true
    callback()
  }, [callback])
}
