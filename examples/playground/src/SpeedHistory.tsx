import { useDownloads } from 'plugdock/react'
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'

const SECONDS = 60
const AT_REST: readonly number[] = new Array<number>(SECONDS).fill(0)
const HistoryContext = createContext(AT_REST)

/** Remembers the speed of the last minute, whatever page is shown. */
export function SpeedHistory({ children }: { readonly children: ReactNode }): ReactNode {
  const [points, setPoints] = useState(AT_REST)
  const downloads = useDownloads()
  const latest = useRef(0)
  useEffect(() => {
    latest.current = downloads.reduce((sum, { speedBytesPerSecond }) => sum + speedBytesPerSecond, 0)
  }, [downloads])
  useEffect(() => {
    const timer = setInterval(() => setPoints((last) => [...last.slice(1), latest.current]), 1000)
    return () => clearInterval(timer)
  }, [])
  return <HistoryContext.Provider value={points}>{children}</HistoryContext.Provider>
}

/** Bytes a second, one value for each second, the latest last. */
export function useSpeedHistory(): readonly number[] {
  return useContext(HistoryContext)
}
