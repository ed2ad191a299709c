import { useCallback, useEffect, useState } from 'react'
import { changeOrigin, type OriginChange, type OriginState, readOrigin } from './origin.js'

const LOOK_AGAIN_MS = 1000

/** The origin's state, read again each second while somebody watches it, or something is to happen. */
export function useOrigin(initial: OriginState, isWatched: boolean, complain: (error: unknown) => void) {
  const [origin, setOrigin] = useState(initial)
  const isWorthALook = isWatched || origin.armed !== null
  useEffect(() => {
    if (!isWorthALook) return
    const timer = setInterval(() => readOrigin().then(setOrigin, complain), LOOK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [isWorthALook, complain])
  const change = useCallback((wanted: OriginChange) => void changeOrigin(wanted).then(setOrigin, complain), [complain])
  return { origin, change }
}
