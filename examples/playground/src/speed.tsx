import { SpeedGraph, type SpeedSeries, useBandwidthPolicy, useDownloads, useSpeedSeries } from 'plugdock/react'
import { createContext, type ReactNode, useContext } from 'react'

const SpeedContext = createContext<SpeedSeries | undefined>(undefined)

/** Remembers the last minute, whatever page is shown. */
export function SpeedProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const running = useDownloads().filter(({ state }) => state === 'downloading')
  const sum = running.reduce((total, { speedBytesPerSecond }) => total + speedBytesPerSecond, 0)
  const series = useSpeedSeries(running.length === 0 ? undefined : sum)
  return <SpeedContext.Provider value={series}>{children}</SpeedContext.Provider>
}

export function Speed({ hasTable }: { readonly hasTable: boolean }): ReactNode {
  const series = useContext(SpeedContext)
  const { policy } = useBandwidthPolicy()
  if (!series) return null
  return <SpeedGraph series={series} limitBytesPerSecond={policy.limitBytesPerSecond} hasTable={hasTable} />
}
