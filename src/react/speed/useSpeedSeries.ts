import { useEffect, useRef, useState } from 'react'
import { useNow } from '../words/clock.js'
import { nextFrame } from '../words/frame.js'
import { NO_SPEED, nextSeries, type SpeedSeries } from './speedSeries.js'

const EVERY_MS = 1000

/** The last minute of a speed, once a second; `undefined` while nothing is meant to move. */
export function useSpeedSeries(bytesPerSecond: number | undefined): SpeedSeries {
  const [series, setSeries] = useState<SpeedSeries>(NO_SPEED)
  const isMoving = bytesPerSecond !== undefined
  const hasShown = series.samples.some((sample) => sample.bytesPerSecond !== undefined)
  const now = useNow(isMoving || hasShown)
  const latest = useRef(bytesPerSecond)
  useEffect(() => {
    latest.current = bytesPerSecond
  })
  const second = Math.floor(now / EVERY_MS)
  const isWatching = isMoving || hasShown
  useEffect(() => {
    if (!isWatching) return
    return nextFrame(() =>
      setSeries((last) => nextSeries(last, { at: second * EVERY_MS, bytesPerSecond: latest.current })),
    )
  }, [second, isWatching])
  return series
}
