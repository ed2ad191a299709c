import type { DownloadPlan } from '../../domain/records.js'
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../../domain/retry.js'
import { seededRandom } from '../seededRandom.js'
import { EventHeap } from './eventHeap.js'
import type { FleetPlan, FleetReport, OriginPlan } from './fleet.types.js'
import { FleetDownload } from './fleetDownload.js'
import { FLEET_ORIGIN, type FleetAnswer, FleetOrigin } from './fleetOrigin.js'
import { FleetTurns } from './fleetTurns.js'

const MINUTE_MS = 60_000
const LIMITS = { maxConcurrentDownloads: 3, maxConnectionsPerOrigin: 6 }
/** Clocks agree by about so much. */
const CLOCK_SKEW_MS = 1000
/** Of an interval: by how much polls that are spread vary, to either side. */
const POLL_SPREAD = 0.1
const ORIGIN: OriginPlan = {
  requestsPerSecond: Number.POSITIVE_INFINITY,
  concurrentTransfers: Number.POSITIVE_INFINITY,
  retryAfter: undefined,
  bundleBytes: 2_000_000,
  clientBytesPerSecond: 1_000_000,
}

/**
 * What an origin sees of many clients while it is down for a time, and when a new version is published. Every client
 * decides as a dock does, by the same code: whose turn it is, whether to try again, and when. Time is virtual.
 */
export function simulateFleet(plan: FleetPlan): FleetReport {
  return new Fleet(plan).run()
}

class Fleet {
  readonly #plan: FleetPlan
  readonly #durationMs: number
  readonly #releaseAtMs: number
  readonly #retry: RetryPolicy
  readonly #random: () => number
  readonly #origin: FleetOrigin
  readonly #heap = new EventHeap()
  readonly #turns = new FleetTurns(LIMITS)
  readonly #plugins: number
  readonly #plans: readonly DownloadPlan[]
  /** These by client, and at each client by plugin: what is under way, or has failed. */
  readonly #downloads: (FleetDownload | undefined)[]
  readonly #answers: (FleetAnswer | undefined)[]
  readonly #isUpdated: Uint8Array
  /** What admission was told last. */
  readonly #entryNumbers: Int32Array
  readonly #updatedShare: number[] = []
  #updated = 0
  #failedDownloads = 0
  #events = 0

  constructor(plan: FleetPlan) {
    this.#plan = plan
    this.#plugins = plan.plugins ?? 2
    this.#durationMs = plan.durationMs ?? 140 * MINUTE_MS
    this.#releaseAtMs = plan.releaseAtMs ?? 70 * MINUTE_MS
    this.#retry = { ...DEFAULT_RETRY_POLICY, ...plan.retry }
    this.#random = seededRandom(plan.seed ?? 1)
    const outage = { fromMs: 20 * MINUTE_MS, untilMs: 30 * MINUTE_MS, answer: 'busy', ...plan.outage } as const
    const originPlan = { ...ORIGIN, ...plan.origin }
    this.#origin = new FleetOrigin(originPlan, outage, this.#durationMs, this.#random)
    const length = plan.clients * this.#plugins
    this.#downloads = new Array<FleetDownload | undefined>(length).fill(undefined)
    this.#answers = new Array<FleetAnswer | undefined>(length).fill(undefined)
    this.#isUpdated = new Uint8Array(length)
    this.#entryNumbers = new Int32Array(length)
    this.#plans = Array.from({ length: this.#plugins }, (_, index) => planOf(index, originPlan.bundleBytes))
  }

  run(): FleetReport {
    for (let client = 0; client < this.#plan.clients; client++) this.#schedulePoll(client, this.#firstPollMs())
    for (let at = this.#heap.nextAt; at !== undefined && at < this.#durationMs; at = this.#heap.nextAt) {
      this.#noteShareUntil(at)
      this.#happen(at, this.#heap.pop() ?? 0)
    }
    this.#noteShareUntil(this.#durationMs)
    const { requests, failures } = this.#origin
    const updatedShare = this.#updatedShare
    return { requests, failures, updatedShare, failedDownloads: this.#failedDownloads, events: this.#events }
  }

  /** A code names a client, and one of its plugins or, behind the last, its poll. */
  #happen(now: number, code: number): void {
    this.#events++
    const slots = this.#plugins + 1
    const client = Math.floor(code / slots)
    const plugin = code % slots
    if (plugin === this.#plugins) return this.#poll(now, client)
    const at = client * this.#plugins + plugin
    const download = this.#downloads[at]
    if (!download) throw new RangeError(`Nothing is under way of plugin ${plugin}`)
    if (download.place === 'retrying') download.elapse()
    else this.#answered(now, code, at, download)
    this.#enter(at, download)
    this.#admit(now, client)
  }

  /** As an app does that wants to be up to date: what failed is tried again, what is under way is left alone. */
  #poll(now: number, client: number): void {
    for (let plugin = 0; plugin < this.#plugins; plugin++) {
      const at = client * this.#plugins + plugin
      const download = this.#downloads[at]
      if (!download?.isUnderWay) this.#enter(at, this.#begun(download, plugin))
    }
    this.#admit(now, client)
    this.#schedulePoll(client, now + this.#nextPollMs(now))
  }

  #begun(failed: FleetDownload | undefined, plugin: number): FleetDownload {
    if (!failed) return new FleetDownload(`plugin-${plugin}`, plugin, this.#retry)
    failed.retry()
    return failed
  }

  #answered(now: number, code: number, at: number, download: FleetDownload): void {
    const { place, context } = download
    const failed = this.#answers[at]?.failed
    if (place === 'downloading') this.#origin.transferEnded()
    if (failed) {
      const delayMs = download.fail({ ...failed, at: now, entropy: this.#random() })
      if (delayMs === undefined) this.#failedDownloads++
      else this.#heap.push(now + delayMs, code)
    } else if (place === 'reading') {
      const plan = this.#plans[context.record.seq]
      if (!plan) throw new RangeError(`No plugin ${context.record.seq}`)
      download.resolve(plan, this.#isUpdated[at] === 1 || now < this.#releaseAtMs)
    } else {
      download.complete()
      this.#isUpdated[at] = 1
      this.#updated++
    }
  }

  /** The client's own supervisor hears of a download. */
  #enter(at: number, download: FleetDownload): void {
    this.#entryNumbers[at] = this.#turns.numberOf(download)
    this.#downloads[at] = download.place === 'installed' ? undefined : download
  }

  /** It says who may go on. */
  #admit(now: number, client: number): void {
    const first = client * this.#plugins
    for (const plugin of this.#turns.granted(this.#entryNumbers.subarray(first, first + this.#plugins))) {
      const at = first + plugin
      const download = this.#downloads[at]
      if (!download) throw new RangeError(`Nothing is under way of plugin ${plugin}`)
      download.grant()
      this.#enter(at, download)
      const answer = download.place === 'reading' ? this.#origin.manifest(now) : this.#origin.bundle(now)
      this.#answers[at] = answer
      this.#heap.push(answer.at, client * (this.#plugins + 1) + plugin)
    }
  }

  #schedulePoll(client: number, at: number): void {
    this.#heap.push(at, client * (this.#plugins + 1) + this.#plugins)
  }

  #firstPollMs(): number {
    const { start, intervalMs, firstMs } = this.#polls()
    if (start === 'clock') return firstMs + this.#random() * CLOCK_SKEW_MS
    // as if all had been polling for long: whoever comes between two polls finds a long wait more often than a short one
    for (;;) {
      const betweenMs = this.#spreadPollMs(intervalMs)
      if (this.#random() * intervalMs * (1 + POLL_SPREAD) < betweenMs) return this.#random() * betweenMs
    }
  }

  #nextPollMs(now: number): number {
    const { start, intervalMs, firstMs } = this.#polls()
    if (start === 'spread') return this.#spreadPollMs(intervalMs)
    const passed = Math.floor((now - firstMs) / intervalMs)
    return firstMs + (passed + 1) * intervalMs - now + this.#random() * CLOCK_SKEW_MS
  }

  #spreadPollMs(intervalMs: number): number {
    return intervalMs * (1 + POLL_SPREAD * (2 * this.#random() - 1))
  }

  #polls() {
    return { start: 'spread', intervalMs: 60 * MINUTE_MS, firstMs: 0, ...this.#plan.polls } as const
  }

  #noteShareUntil(now: number): void {
    const share = this.#updated / (this.#plan.clients * this.#plugins)
    while (this.#updatedShare.length < Math.floor(now / MINUTE_MS)) this.#updatedShare.push(share)
  }
}

function planOf(index: number, totalBytes: number): DownloadPlan {
  const pluginId = `plugin-${index}`
  return { pluginId, version: '2.0.0', totalBytes, partialKey: pluginId, integrity: '', origin: FLEET_ORIGIN }
}
