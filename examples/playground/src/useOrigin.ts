import { useCallback, useEffect, useRef, useState } from 'react'
import { changeOrigin, type OriginChange, type OriginState, readOrigin } from './origin.js'
import { pretendOffline } from './pretendedNetwork.js'

const LOOK_AGAIN_MS = 1000

/** The origin's state, read again each second: another tab may change it, and a request may end. */
export function useOrigin(initial: OriginState) {
  const [origin, setOrigin] = useState(initial)
  const last = useRef(JSON.stringify(initial))
  const hear = useCallback((state: OriginState) => {
    pretendOffline(state.weather === 'offline')
    const text = JSON.stringify(state)
    if (text === last.current) return
    last.current = text
    setOrigin(state)
  }, [])
  useEffect(() => {
    // a look that fails is followed by another
    const timer = setInterval(() => readOrigin().then(hear, () => {}), LOOK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [hear])
  const change = useCallback(
    async (wanted: OriginChange) => {
      const state = await changeOrigin(wanted)
      hear(state)
      return state
    },
    [hear],
  )
  return { origin, change }
}
