import type { EvictionPlan } from './evictionPlan.js'
import type { DownloadFailure } from './failure.js'

/** What a download is doing, in the words of the contract. */
export type DownloadState =
  | 'resolving'
  | 'queued'
  | 'downloading'
  | 'paused'
  | 'retrying'
  | 'verifying'
  | 'installing'
  | 'awaitingNetwork'
  | 'awaitingConsent'
  | 'awaitingSpace'
  | 'installed'
  | 'rolledBack'
  | 'failed'
  | 'cancelled'

/** Why a download does not move, and what would end that. */
export interface WaitReason {
  readonly code:
    | 'slot'
    | 'origin-slot'
    | 'same-plugin'
    | 'backoff'
    | 'server-busy'
    | 'fresh-link'
    | 'offline'
    | 'captive-portal'
    | 'metered'
    | 'save-data'
    | 'consent'
    | 'space'
    | 'new-leader'
    | 'background'
    | 'user'
  readonly message: string
  /** Epoch ms. */
  readonly until?: number
  /** 1 = next. */
  readonly position?: number
  readonly host?: string
  readonly attempt?: number
  readonly maxAttempts?: number
  readonly cause?: 'cut' | 'stall' | 'damaged'
  readonly bytesNeeded?: number
  readonly bytesToTransfer?: number
  readonly plan?: EvictionPlan
}

/** One download as a person sees it. Bytes are bytes, times milliseconds. */
export interface DownloadProgress {
  readonly taskId: string
  readonly pluginId: string | undefined
  readonly version: string | undefined
  readonly state: DownloadState
  /** Held and counted towards the bundle; falls only when bytes were found corrupt. */
  readonly bytesDownloaded: number
  /** Of those, taken from versions already on disk. */
  readonly bytesReused: number
  /** Read from the source in all attempts. */
  readonly bytesTransferred: number
  /** `undefined` until the manifest is known. */
  readonly totalBytes: number | undefined
  /** 0 when nothing moves. */
  readonly speedBytesPerSecond: number
  /** `undefined` until stable, and while nothing moves. */
  readonly estimatedTimeRemaining: number | undefined
  /** 1 for the first. */
  readonly attempt: number
  readonly name?: string
  readonly previousVersion?: string
  /** Epoch ms. */
  readonly lastByteAt?: number
  readonly waitingFor?: WaitReason
  readonly failure?: DownloadFailure
}

/** Counters that the engine writes and the sampler reads. Nothing else passes between bytes and screens. */
export interface TransferMeter {
  bytesDownloaded: number
  bytesReused: number
  bytesTransferred: number
  /** Epoch ms of the newest byte; 0 before the first. */
  lastByteAt: number
}

/** A speed as it was last estimated. `since`, `at` and `movedAt`, when bytes last came, are on a monotonic clock. */
export interface SpeedEstimate {
  readonly since: number
  readonly at: number
  readonly movedAt: number
  readonly bytes: number
  readonly bytesPerSecond: number
}

const HALF_LIFE_MS = 2000
const STABLE_AFTER_MS = 1000
/** Without a byte for so long, nothing moves. */
const STILL_AFTER_MS = 3000

export function startSpeed(at: number, bytes: number): SpeedEstimate {
  return { since: at, at, movedAt: at, bytes, bytesPerSecond: 0 }
}

/**
 * Exponential moving average with a half-life of two seconds. While it is younger than that, older samples weigh
 * as much as there is of them, so that the first seconds show the true mean and not a climb from zero. After a
 * standstill it begins anew.
 */
export function nextSpeed(last: SpeedEstimate, at: number, bytes: number): SpeedEstimate {
  const elapsedMs = at - last.at
  if (elapsedMs <= 0) return last
  if (bytes === last.bytes && at - last.movedAt >= STILL_AFTER_MS)
    return { ...startSpeed(at, bytes), movedAt: last.movedAt }
  const movedAt = bytes === last.bytes ? last.movedAt : at
  const sample = ((bytes - last.bytes) * 1000) / elapsedMs
  const decay = 0.5 ** (elapsedMs / HALF_LIFE_MS)
  const known = 1 - 0.5 ** ((last.at - last.since) / HALF_LIFE_MS)
  const weight = (known * decay) / (known * decay + (1 - decay))
  const bytesPerSecond = last.bytesPerSecond * weight + sample * (1 - weight)
  return { since: last.since, at, movedAt, bytes, bytesPerSecond }
}

/** Milliseconds to go; `undefined` until the speed is stable and something moves. */
export function remainingMs(speed: SpeedEstimate, bytesLeft: number): number | undefined {
  if (speed.at - speed.since < STABLE_AFTER_MS || speed.bytesPerSecond < 1) return undefined
  return Math.round((bytesLeft * 1000) / speed.bytesPerSecond)
}
