import { Roster } from '../../../machines/roster.js'
import type { DownloadPlan } from '../../domain/records.js'
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../../domain/retry.js'
import { seededRandom } from '../seededRandom.js'
import { EventHeap } from './eventHeap.js'
import type { FleetPlan, FleetReport, OriginPlan } from './fleet.types.js'
import { FleetDownload } from './fleetDownload.js'
import { FLEET_ORIGIN, type FleetAnswer, FleetOrigin } from './fleetOrigin.js'

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

/** One plugin of one client. */
interface Holding {
  download: FleetDownload | undefined
  answer: FleetAnswer | undefined
  isUpdated: boolean
}

interface Client {
  readonly holdings: readonly Holding[]
  /** Only while something is under way. */
  roster: Roster | undefined
}

class Fleet {
  readonly #plan: FleetPlan
  readonly #durationMs: number
  readonly #releaseAtMs: number
  readonly #retry: RetryPolicy
  readonly #random: () => number
  readonly #origin: FleetOrigin
  readonly #heap = new EventHeap()
  readonly #clients: readonly Client[]
  readonly #plugins: number
  readonly #plans: readonly DownloadPlan[]
  readonly #pluginOf: ReadonlyMap<string, number>
  /** They know of no download any more. */
  readonly #idleRosters: Roster[] = []
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
    this.#clients = Array.from({ length: plan.clients }, () => ({
      holdings: Array.from({ length: this.#plugins }, () => ({
        download: undefined,
        answer: undefined,
        isUpdated: false,
      })),
      roster: undefined,
    }))
    this.#plans = Array.from({ length: this.#plugins }, (_, index) => planOf(index, originPlan.bundleBytes))
    this.#pluginOf = new Map(this.#plans.map(({ pluginId }, index) => [pluginId, index]))
  }

  run(): FleetReport {
    for (let client = 0; client < this.#clients.length; client++) this.#schedulePoll(client, this.#firstPollMs())
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
    const index = Math.floor(code / slots)
    const client = this.#clients[index]
    if (!client) throw new RangeError(`No client ${index}`)
    const plugin = code % slots
    if (plugin === this.#plugins) return this.#poll(now, index, client)
    const holding = client.holdings[plugin]
    const download = holding?.download
    if (!download) throw new RangeError(`Nothing is under way of plugin ${plugin}`)
    if (download.place === 'retrying') download.elapse()
    else this.#answered(now, code, holding, download)
    this.#report(now, index, client, [download])
  }

  /** As an app does that wants to be up to date: what failed is tried again, what is under way is left alone. */
  #poll(now: number, index: number, client: Client): void {
    const begun = client.holdings.flatMap((holding, plugin) => {
      if (holding.download?.isUnderWay) return []
      if (holding.download?.place === 'failed') holding.download.retry()
      else holding.download = new FleetDownload(`plugin-${plugin}`, plugin, this.#retry)
      return [holding.download]
    })
    this.#report(now, index, client, begun)
    this.#schedulePoll(index, now + this.#nextPollMs(now))
  }

  #answered(now: number, code: number, holding: Holding, download: FleetDownload): void {
    const { place, context } = download
    const failed = holding.answer?.failed
    if (place === 'downloading') this.#origin.transferEnded()
    if (failed) {
      const delayMs = download.fail({ ...failed, at: now, entropy: this.#random() })
      if (delayMs === undefined) this.#failedDownloads++
      else this.#heap.push(now + delayMs, code)
    } else if (place === 'reading') {
      const plan = this.#plans[context.record.seq]
      if (!plan) throw new RangeError(`No plugin ${context.record.seq}`)
      download.resolve(plan, holding.isUpdated || now < this.#releaseAtMs)
    } else {
      download.complete()
      holding.isUpdated = true
      this.#updated++
    }
    if (download.place === 'installed') holding.download = undefined
  }

  /** The client's own supervisor hears of its downloads, and says who may go on. */
  #report(now: number, index: number, client: Client, downloads: readonly FleetDownload[]): void {
    client.roster ??= this.#idleRosters.pop() ?? new Roster(LIMITS)
    for (const download of downloads) this.#enter(client.roster, download)
    const someWait = client.holdings.some(({ download }) => download?.awaitsTurn)
    for (const taskId of someWait ? client.roster.admit().granted : []) {
      const plugin = this.#pluginOf.get(taskId) ?? 0
      const holding = client.holdings[plugin]
      if (!holding?.download) throw new RangeError(`Nothing is under way of ${taskId}`)
      const { download } = holding
      download.grant()
      this.#enter(client.roster, download)
      holding.answer = download.place === 'reading' ? this.#origin.manifest(now) : this.#origin.bundle(now)
      this.#heap.push(holding.answer.at, index * (this.#plugins + 1) + plugin)
    }
    if (client.holdings.some(({ download }) => download?.isUnderWay)) return
    this.#idleRosters.push(client.roster)
    client.roster = undefined
  }

  #enter(roster: Roster, download: FleetDownload): void {
    roster.set(download.context.record.taskId, download.isUnderWay ? download.rosterEntry() : undefined)
  }

  #schedulePoll(index: number, at: number): void {
    this.#heap.push(at, index * (this.#plugins + 1) + this.#plugins)
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
