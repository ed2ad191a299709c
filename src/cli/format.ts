import type { DownloadProgress } from '../domain/progress.js'

const KILO = 1000
const MEGA = 1_000_000
const GIGA = 1_000_000_000
const MINUTE_S = 60
const HOUR_S = 3600

interface Unit {
  readonly size: number
  readonly name: string
}

/** `29.6 MB`: decimal units, as browsers and networks count. */
export function formatBytes(bytes: number): string {
  const unit = unitOf(bytes)
  return `${amount(bytes, unit)} ${unit.name}`
}

/** `18.4 of 29.6 MB`: in the unit of the larger, and never more than is there. */
export function formatPair(done: number, total: number): string {
  const unit = unitOf(total)
  return `${amount(Math.min(done, total), unit)} of ${amount(total, unit)} ${unit.name}`
}

/** `4.2 MB/s`; nothing while nothing moves. */
export function formatSpeed(bytesPerSecond: number): string {
  if (bytesPerSecond <= 0) return ''
  if (bytesPerSecond < KILO) return 'under 1 kB/s'
  const unit = unitOf(bytesPerSecond)
  const inUnits = bytesPerSecond / unit.size
  return `${inUnits < 10 ? trimmed(inUnits) : Math.round(inUnits)} ${unit.name}/s`
}

/** `3 min left`, rounded up to what a person plans with. */
export function formatRemaining(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 10) return 'a few seconds left'
  if (seconds <= 50) return `${upTo(seconds, 10)} sec left`
  if (seconds <= 9 * MINUTE_S) return `${upTo(seconds / MINUTE_S, 1)} min left`
  if (seconds <= 55 * MINUTE_S) return `${upTo(seconds / MINUTE_S, seconds > 10 * MINUTE_S ? 5 : 1)} min left`
  if (seconds > 24 * HOUR_S) return 'more than a day left'
  if (seconds > 12 * HOUR_S) return 'more than 12 hours left'
  if (seconds > 3 * HOUR_S) return `${upTo(seconds / HOUR_S, 1)} hr left`
  const minutes = upTo(seconds / MINUTE_S, 15)
  return `${Math.floor(minutes / 60)} hr${minutes % 60 ? ` ${minutes % 60} min` : ''} left`
}

/** Whole percent: 100 only when it is installed, nothing without a total. */
export function percentOf({ state, bytesDownloaded, totalBytes }: DownloadProgress): number | undefined {
  if (state === 'installed') return 100
  if (totalBytes === undefined) return undefined
  return totalBytes === 0 ? 0 : Math.min(99, Math.floor((100 * bytesDownloaded) / totalBytes))
}

function unitOf(bytes: number): Unit {
  if (bytes >= GIGA) return { size: GIGA, name: 'GB' }
  if (bytes >= MEGA) return { size: MEGA, name: 'MB' }
  return bytes === 0 ? { size: 1, name: 'B' } : { size: KILO, name: 'kB' }
}

/** One decimal below a hundred, none above, and none for kB. Rounded down, so that nothing looks complete before it is. */
function amount(bytes: number, { size, name }: Unit): string {
  const inUnits = bytes / size
  if (name === 'kB') return String(inUnits > 0 && inUnits < 1 ? 1 : Math.floor(inUnits))
  return inUnits < 100 ? trimmed(inUnits) : String(Math.floor(inUnits))
}

function trimmed(number: number): string {
  return (Math.floor(number * 10) / 10).toFixed(1).replace(/\.0$/, '')
}

function upTo(number: number, step: number): number {
  return Math.ceil(number / step) * step
}
