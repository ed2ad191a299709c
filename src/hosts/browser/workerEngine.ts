import type { Bytes } from '../../domain/bytes.js'
import {
  CancelledError,
  ClosedError,
  type PluginDockError,
  StorageError,
  UnsupportedError,
} from '../../domain/errors/index.js'
import { asPluginDockError } from '../../domain/failure.js'
import { fromPortable } from '../../domain/portableError.js'
import { type Timers, withinTime } from '../../domain/timeLimit.js'
import type { BundleStore } from '../../ports/bundleStore.js'
import type { TransferEngine, TransferJob, TransferOutcome, TransferWatch } from '../../ports/transferEngine.js'
import type { EngineCalls, EngineSettings, PageCalls } from './engine.protocol.js'
import { createRemoteStore } from './remoteStore.js'
import { openWire, type Wire } from './wire.js'

export interface WorkerEngineOptions extends EngineSettings {
  readonly createWorker: () => Worker
  readonly timers: Timers
  /** Asked in the page, once a connection. */
  readonly headers?: ((url: URL) => HeadersInit | Promise<HeadersInit>) | undefined
}

/** The engine, and the store over which it runs, in a dedicated worker. */
export interface WorkerEngine {
  readonly engine: TransferEngine
  readonly bundles: BundleStore
  /** Rejects where the browser cannot keep files for a worker. */
  open(): Promise<void>
  /** SHA-256, away from the page's thread, which a digest blocks. The bytes are copied first. */
  digest(bytes: Bytes): Promise<Bytes>
  /** Nothing is written before. */
  lead(epoch: number): Promise<void>
  /** Closes all files first. */
  close(): Promise<void>
  /** At once: the browser frees whatever was open. */
  stop(): void
}

const HELLO_LIMIT_MS = 10_000
const OPEN_LIMIT_MS = 5000
const CLOSE_LIMIT_MS = 2000

/** Rejects with `UnsupportedError` where the worker does not say hello. */
export async function startWorkerEngine(options: WorkerEngineOptions): Promise<WorkerEngine> {
  const worker = createWorker(options)
  const remote = new RemoteEngine(worker, options)
  try {
    await withinTime(remote.hello, { timers: options.timers, limitMs: HELLO_LIMIT_MS, onLate: tooLate })
    return remote
  } catch (error) {
    remote.stop()
    throw error
  }
}

function createWorker({ createWorker: create }: WorkerEngineOptions): Worker {
  try {
    return create()
  } catch (cause) {
    throw didNotStart(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function tooLate(): UnsupportedError {
  return didNotStart(`it did not answer for ${HELLO_LIMIT_MS / 1000} seconds`)
}

function didNotStart(reason: string, cause?: unknown): UnsupportedError {
  const advice = 'Where a bundler or a content security policy is in its way, pass options.worker'
  return new UnsupportedError(`The worker that downloads did not start: ${reason}. ${advice}`, { cause })
}

class RemoteEngine implements WorkerEngine {
  readonly engine: TransferEngine
  readonly bundles: BundleStore
  readonly hello: Promise<void>
  readonly #worker: Worker
  readonly #options: WorkerEngineOptions
  readonly #wire: Wire<EngineCalls>
  readonly #watches = new Map<number, TransferWatch>()
  #jobs = 0

  constructor(worker: Worker, options: WorkerEngineOptions) {
    this.#worker = worker
    this.#options = options
    let sayHello = () => {}
    this.hello = new Promise((resolve, reject) => {
      sayHello = resolve
      worker.addEventListener('error', (event) =>
        reject(didNotStart(event.message || 'its script could not be loaded')),
      )
    })
    worker.addEventListener('error', (event) => this.#lose(event.message))
    const served: PageCalls = {
      hello: () => sayHello(),
      meters: (changed) => {
        for (const [jobId, meter] of changed) Object.assign(this.#watches.get(jobId)?.meter ?? {}, meter)
      },
      keepValidator: async (jobId, validator) => this.#watches.get(jobId)?.keepValidator(validator),
      refreshUrl: async (jobId, url, status) => this.#watches.get(jobId)?.refreshUrl(url, status),
      counted: (jobId, missing, url) => this.#watches.get(jobId)?.chunks?.counted(missing, url),
      added: (runs) => {
        for (const [jobId, first, last, url] of runs) this.#watches.get(jobId)?.chunks?.added(first, last, url)
      },
      headers: async (url) => [...new Headers(await options.headers?.(new URL(url)))],
    }
    this.#wire = openWire<EngineCalls>(worker, served)
    this.bundles = createRemoteStore(this.#wire)
    this.engine = {
      transfer: (job, watch) => this.#transfer(job, watch),
      forget: (taskId) => this.#wire.tell('forget', taskId),
      limit: (bytesPerSecond, taskId) => this.#wire.tell('limit', bytesPerSecond, taskId),
    }
  }

  async open(): Promise<void> {
    const { name, allowedOrigins, asksHeaders, timers } = this.#options
    await withinTime(this.#wire.call('open', { name, allowedOrigins, asksHeaders }), {
      timers,
      limitMs: OPEN_LIMIT_MS,
      onLate: () => new StorageError(`The browser did not open its file system for ${OPEN_LIMIT_MS} ms`),
    })
  }

  digest(bytes: Bytes): Promise<Bytes> {
    return this.#wire.call('digest', bytes.slice())
  }

  lead(epoch: number): Promise<void> {
    return this.#wire.call('lead', epoch)
  }

  async close(): Promise<void> {
    const onLate = () => new StorageError('The worker did not close its files in time')
    const limit = { timers: this.#options.timers, limitMs: CLOSE_LIMIT_MS, onLate }
    await withinTime(this.#wire.call('shutDown'), limit).catch(() => {})
    this.stop()
  }

  stop(): void {
    this.#worker.terminate()
    this.#wire.cut(new ClosedError('The dock is closed; create it again'))
  }

  async #transfer(job: TransferJob, watch: TransferWatch): Promise<TransferOutcome> {
    // the worker would have made the partial before it hears of it
    if (watch.signal.aborted)
      return { ok: false, error: new CancelledError('The transfer was stopped'), gainedBytes: 0 }
    this.#jobs++
    const jobId = this.#jobs
    this.#watches.set(jobId, watch)
    const abort = () => this.#wire.tell('abort', jobId)
    const running = this.#wire.call('transfer', jobId, job, { ...watch.meter })
    watch.signal.addEventListener('abort', abort)
    try {
      const outcome = await running
      return outcome.ok ? outcome : { ...outcome, error: fromPortable(outcome.error) }
    } catch (error) {
      return { ok: false, error: asPluginDockError(error), gainedBytes: 0 }
    } finally {
      watch.signal.removeEventListener('abort', abort)
      this.#watches.delete(jobId)
    }
  }

  /** Whatever waits for the worker would wait for ever. */
  #lose(message: string): void {
    const reason: PluginDockError = new StorageError(`The worker that downloads broke down: ${message || 'unknown'}`)
    this.#wire.cut(reason)
  }
}
