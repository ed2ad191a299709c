import { startTransition, useEffect, useState, useSyncExternalStore } from 'react'

/**
 * Whether a list is drawn by now. The first picture of a long one is its frame; the rest follows in slices, between
 * which the page answers. What a server has drawn stays.
 */
export function useBegun(isLong: boolean): boolean {
  const isFromServer = useSyncExternalStore(
    never,
    () => false,
    () => true,
  )
  const [isBegun, setBegun] = useState(isFromServer || !isLong)
  useEffect(() => startTransition(() => setBegun(true)), [])
  return isBegun
}

function never(): () => void {
  return () => {}
}
