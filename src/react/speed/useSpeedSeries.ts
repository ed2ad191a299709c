import { useContext } from 'react'
import { NowContext, useNow } from '../words/clock.js'
import { useFollowing } from '../words/follow.js'
import { NO_SPEED, nextSeries, type SpeedSeries } from './speedSeries.js'

const EVERY_MS = 1000

/** The last minute of a speed, once a second; `undefined` while nothing is meant to move. */
export function useSpeedSeries(bytesPerSecond: number | undefined): SpeedSeries {
  const second = Math.floor(useContext(NowContext)() / EVERY_MS)
  const isMoving = bytesPerSecond !== undefined
  const series = useFollowing(NO_SPEED, `${second} ${isMoving}`, (last) =>
    isMoving || hasShown(last) ? nextSeries(last, { at: second * EVERY_MS, bytesPerSecond }) : last,
  )
  useNow(isMoving || hasShown(series))
  return series
}

function hasShown({ samples }: SpeedSeries): boolean {
  return samples.some((sample) => sample.bytesPerSecond !== undefined)
}
