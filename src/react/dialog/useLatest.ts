import { useCallback, useRef } from 'react'
import { useBeforePaint } from './useBeforePaint.js'

/** The same function for as long as it is drawn; calls what was given last. So an effect need not begin anew for it. */
export function useLatest<T>(callback: (value: T) => void): (value: T) => void {
  const latest = useRef(callback)
  useBeforePaint(() => {
    latest.current = callback
  })
  return useCallback((value) => latest.current(value), [])
}
