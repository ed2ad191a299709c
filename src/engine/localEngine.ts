import { ChunkMap } from '../domain/chunks.js'
import { CancelledError, ManifestError } from '../domain/errors/index.js'
import { asPluginDockError } from '../domain/failure.js'
import { parseIntegrity } from '../domain/integrity.js'
import { untilAborted } from '../domain/timeLimit.js'
import type { BundleStore } from '../ports/bundleStore.js'
import type { TransferEngine, TransferJob, TransferOutcome, TransferWatch } from '../ports/transferEngine.js'
import { ConnectionSlots } from './connectionSlots.js'
import { RateLimiter } from './rateLimiter.js'
import { SpareSlabs } from './slabs.js'
import { transfer } from './transfer.js'
import {
  createSession,
  type Donor,
  type TransferOrder,
  type TransferPorts,
  type TransferSession,
} from './transferOrder.js'

interface Task {
  session: TransferSession | undefined
  readonly limiter: RateLimiter
}

/** The engine in the thread of whoever calls it. */
export function createLocalEngine(ports: TransferPorts & { readonly bundles: BundleStore }): TransferEngine {
  return new LocalEngine(ports)
}

class LocalEngine implements TransferEngine {
  readonly #ports: TransferPorts & { readonly bundles: BundleStore }
  readonly #limiter: RateLimiter
  readonly #slots = new ConnectionSlots()
  readonly #spareSlabs = new SpareSlabs()
  #running = 0
  readonly #tasks = new Map<string, Task>()

  constructor(ports: TransferPorts & { readonly bundles: BundleStore }) {
    this.#ports = ports
    this.#limiter = new RateLimiter(ports.clock)
  }

  limit(bytesPerSecond: number | undefined, taskId?: string): void {
    const limiter = taskId === undefined ? this.#limiter : this.#task(taskId).limiter
    limiter.bytesPerSecond = bytesPerSecond
  }

  forget(taskId: string): void {
    this.#tasks.delete(taskId)
  }

  async transfer(job: TransferJob, watch: TransferWatch): Promise<TransferOutcome> {
    const session = this.#session(job)
    session.gainedBytes = 0
    session.mirrors.askForPartsAgain()
    this.#running++
    try {
      const map = await this.#run(job, session, watch)
      return { ok: true, chunks: job.chunks ? undefined : map.serialize() }
    } catch (error) {
      const reason = watch.signal.aborted ? new CancelledError('The transfer was stopped') : asPluginDockError(error)
      return { ok: false, error: reason, gainedBytes: session.gainedBytes }
    } finally {
      this.#running--
      if (this.#running === 0) this.#spareSlabs.clear()
    }
  }

  async #run(job: TransferJob, session: TransferSession, watch: TransferWatch): Promise<ChunkMap> {
    watch.signal.throwIfAborted()
    const partial = await this.#ports.bundles.openPartial(job.partialKey)
    const donors: Donor[] = []
    let isFilled = false
    try {
      for (const { address, size, chunks, isOwn = false } of job.donors) {
        // one that cannot be opened is none
        const reader = await this.#ports.bundles.openBundle(address).catch(() => undefined)
        if (reader) donors.push({ reader, map: ChunkMap.from(size, chunks), isOwn })
      }
      const map = await transfer(this.#order(job, session, watch, { partial, donors }), this.#ports)
      isFilled = true
      return map
    } finally {
      // what was only read has nothing to lose, and must not keep the partial from being closed
      for (const { reader } of donors) await reader.close().catch(() => {})
      // whoever asked for it looks into it, and seals it
      await partial.close({ opensAgain: isFilled })
    }
  }

  #order(
    job: TransferJob,
    session: TransferSession,
    watch: TransferWatch,
    { partial, donors }: Pick<TransferOrder, 'partial' | 'donors'>,
  ): TransferOrder {
    const { limiter } = this.#task(job.taskId)
    const integrity = parseIntegrity(job.integrity)
    if (!integrity)
      throw new ManifestError('The manifest cannot be used: its integrity', { issues: ['bundle.integrity'] })
    return {
      ...watch,
      // an app may take its time, and a user does
      refreshUrl: (url, status) => untilAborted(watch.refreshUrl(url, status), watch.signal),
      size: job.size,
      integrity,
      map: job.chunks && ChunkMap.from(job.size, job.chunks),
      partial,
      donors,
      validator: job.validator,
      session,
      limiters: [limiter, this.#limiter],
      connections: job.connections,
      slots: this.#slots,
      spareSlabs: this.#spareSlabs,
      timeouts: job.timeouts,
    }
  }

  /** What was kept is of use only for the same bundle from the same sources. */
  #session({ taskId, partialKey, urls }: TransferJob): TransferSession {
    const task = this.#task(taskId)
    const kept = task.session
    if (kept?.partialKey === partialKey && kept.mirrors.isOf(urls)) return kept
    task.session = createSession(partialKey, urls)
    return task.session
  }

  #task(taskId: string): Task {
    const found = this.#tasks.get(taskId)
    if (found) return found
    const made: Task = { session: undefined, limiter: new RateLimiter(this.#ports.clock) }
    this.#tasks.set(taskId, made)
    return made
  }
}
