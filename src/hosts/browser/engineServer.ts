import { openBroadcastChannel, pageChannel } from '../../adapters/broadcastChannel.js'
import { createHashWasmHashes } from '../../adapters/hashWasmHashes.js'
import { createKyFetcher } from '../../adapters/kyFetcher.js'
import { type OpfsBundleStore, openOpfsBundleStore } from '../../adapters/opfsBundleStore.js'
import { hasSyncHandles } from '../../adapters/opfsFiles.js'
import { createWebCryptoDigester } from '../../adapters/webCryptoDigester.js'
import { ClosedError, UnsupportedError } from '../../domain/errors/index.js'
import { isAllowedOrigin } from '../../domain/origins.js'
import { toPortable } from '../../domain/portableError.js'
import type { TransferMeter } from '../../domain/progress.js'
import { createLocalEngine } from '../../engine/localEngine.js'
import type { Clock } from '../../ports/clock.js'
import type { TransferEngine, TransferJob, TransferWatch } from '../../ports/transferEngine.js'
import { ChunkPost } from './chunkPost.js'
import type { EngineCalls, EngineSettings, PageCalls, PortableOutcome } from './engine.protocol.js'
import { MeterPost } from './meterPost.js'
import { OpenFiles } from './openFiles.js'
import { prepareHashes } from './preparedEngine.js'
import { type Endpoint, openWire, type Wire } from './wire.js'

/** Serves a page: opens the store when it is told which, then does what it is asked. */
export function serveEngine(endpoint: Endpoint, clock: Clock): void {
  const server = new EngineServer(clock)
  const page = openWire<PageCalls>(endpoint, server.calls)
  server.begin(page)
  page.tell('hello')
}

interface Opened {
  readonly name: string
  readonly store: OpfsBundleStore
  readonly engine: TransferEngine
}

class EngineServer {
  readonly #clock: Clock
  readonly #hashes = createHashWasmHashes()
  readonly #digester = createWebCryptoDigester(this.#hashes.createHash)
  readonly #files = new OpenFiles(this.#digester)
  readonly #jobs = new Map<number, AbortController>()
  #page: Wire<PageCalls> | undefined
  #meters: MeterPost | undefined
  #chunks: ChunkPost | undefined
  /** Whether another page leads: this one may hang, and hear of it late. */
  #isRobbed = false
  #opened: Opened | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  begin(page: Wire<PageCalls>): void {
    this.#page = page
    this.#meters = new MeterPost(this.#clock, (changed) => page.tell('meters', changed))
    this.#chunks = new ChunkPost(this.#clock, (runs) => page.tell('added', runs))
  }

  readonly calls: EngineCalls = {
    ...this.#files.calls,
    open: (settings) => this.#open(settings),
    lead: (epoch) => this.#lead(epoch),
    openPartial: async (key) => this.#files.addPartial(await this.#store().openPartial(key)),
    deletePartial: (key) => this.#store().deletePartial(key),
    openBundle: async (address) => {
      const reader = await this.#store().openBundle(address)
      return reader && this.#files.addReader(reader)
    },
    deleteBundle: (address) => this.#store().deleteBundle(address),
    deleteUnknown: (name) => this.#store().deleteUnknown(name),
    list: (options) => this.#store().list(options),
    availableBytes: () => this.#store().availableBytes(),
    digest: (bytes) => this.#digester.digest(bytes),
    transfer: (jobId, job, meter) => this.#transfer(jobId, job, meter),
    abort: (jobId) => this.#jobs.get(jobId)?.abort(),
    forget: (taskId) => this.#ready().engine.forget(taskId),
    limit: (bytesPerSecond, taskId) => this.#ready().engine.limit(bytesPerSecond, taskId),
    shutDown: async () => {
      for (const job of this.#jobs.values()) job.abort()
      await this.#files.closeAll()
      await this.#opened?.store.letGo()
    },
  }

  async #open(settings: EngineSettings): Promise<void> {
    if (!hasSyncHandles()) throw new UnsupportedError('This browser cannot write files in a worker')
    const store = await openOpfsBundleStore({ name: settings.name, timers: this.#clock })
    this.#opened = { name: settings.name, store, engine: this.#createEngine(store, settings) }
  }

  #lead(epoch: number): void {
    const { name, store } = this.#ready()
    store.lead(epoch)
    openBroadcastChannel(pageChannel(name)).listen((message) => {
      if (epochOf(message) <= epoch) return
      this.#isRobbed = true
      for (const job of this.#jobs.values()) job.abort()
    })
  }

  #createEngine(bundles: OpfsBundleStore, { allowedOrigins, asksHeaders }: EngineSettings): TransferEngine {
    const clock = this.#clock
    const fetcher = createKyFetcher({
      clock,
      redirects: 'follow',
      isAllowed: (url) => isAllowedOrigin(url, allowedOrigins),
      headers: asksHeaders ? (url) => this.#askHeaders(url) : undefined,
    })
    const engine = createLocalEngine({ bundles, clock, fetcher, digester: this.#digester })
    return prepareHashes(engine, this.#hashes.prepare)
  }

  async #askHeaders(url: URL): Promise<HeadersInit> {
    const headers = (await this.#page?.call('headers', url.href)) ?? []
    return headers.map(([name, value]) => [name, value])
  }

  async #transfer(jobId: number, job: TransferJob, meter: TransferMeter): Promise<PortableOutcome> {
    const { engine } = this.#ready()
    if (this.#isRobbed) return untilStopped()
    const controller = new AbortController()
    this.#jobs.set(jobId, controller)
    this.#meters?.begin(jobId, meter)
    const watch = this.#watch(jobId, meter, controller.signal)
    const outcome = await engine.transfer(job, watch)
    this.#jobs.delete(jobId)
    this.#chunks?.sendNow()
    this.#meters?.end(jobId)
    if (this.#isRobbed) return untilStopped()
    return outcome.ok ? outcome : { ...outcome, error: toPortable(outcome.error) }
  }

  #watch(jobId: number, meter: TransferMeter, signal: AbortSignal): TransferWatch {
    return {
      meter,
      keepValidator: async (validator) => this.#page?.call('keepValidator', jobId, validator),
      refreshUrl: async (url, status) => this.#page?.call('refreshUrl', jobId, url, status),
      chunks: {
        counted: (missing, url) => this.#page?.tell('counted', jobId, missing, url),
        added: (first, last, url) => this.#chunks?.add(jobId, first, last, url),
      },
      signal,
    }
  }

  #store(): OpfsBundleStore {
    return this.#ready().store
  }

  #ready(): Opened {
    if (this.#opened) return this.#opened
    throw new ClosedError('The engine was not opened')
  }
}

/** Of the leader that says something; zero for what others say. */
function epochOf(message: unknown): number {
  if (typeof message !== 'object' || message === null || !('epoch' in message)) return 0
  return typeof message.epoch === 'number' ? message.epoch : 0
}

/** A page that is robbed stops its worker as soon as it hears of it: until then nothing has failed. */
function untilStopped(): Promise<never> {
  return new Promise(() => {})
}
