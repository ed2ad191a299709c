import { useEffect, useRef, useState } from 'react'

/** A network that is gone for less is not worth a word. */
const OFFLINE_AFTER_MS = 2000
/** So long it is said that it is back. */
const BACK_FOR_MS = 4000

/** What is to be said of the network. `portal`: it is one to sign in to. */
export type NetworkPhase = 'online' | 'offline' | 'back' | 'portal'

export interface OfflinePhase {
  readonly phase: Exclude<NetworkPhase, 'portal'>
  /** How many downloads wait for the network, or waited until it was back. */
  readonly count: number
}

const ONLINE: OfflinePhase = { phase: 'online', count: 0 }

/** Offline when it has lasted two seconds, back for four seconds: nothing flickers. */
export function useOfflinePhase(isOnline: boolean, waitingCount: number): OfflinePhase {
  const [shown, setShown] = useState<OfflinePhase['phase']>('online')
  const [backCount, setBackCount] = useState(0)
  const waited = useRef(0)
  useEffect(() => {
    if (!isOnline) waited.current = waitingCount
  }, [isOnline, waitingCount])
  useEffect(() => {
    if (!isOnline) {
      // it was never really back
      setShown((last) => (last === 'back' ? 'offline' : last))
      const timer = setTimeout(() => setShown('offline'), OFFLINE_AFTER_MS)
      return () => clearTimeout(timer)
    }
    setBackCount(waited.current)
    setShown((last) => (last === 'offline' ? 'back' : last))
    const timer = setTimeout(() => setShown('online'), BACK_FOR_MS)
    return () => clearTimeout(timer)
  }, [isOnline])
  switch (shown) {
    case 'online':
      return ONLINE
    case 'offline':
      return { phase: 'offline', count: waitingCount }
    case 'back':
      return { phase: 'back', count: backCount }
  }
}
