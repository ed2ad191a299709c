import { expect } from 'vitest'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import type { DownloadTask, PluginDock } from '../../../src/dock/types.js'
import { equalBytes } from '../../../src/domain/bytes.js'
import {
  always,
  type BuiltPlugin,
  buildPlugin,
  MODEL_MAX_ATTEMPTS,
  publishOn,
  stall,
} from '../../../src/testing/index.js'
import { createStage, readEntry } from '../dock/stage.js'

const MAX_TURNS = 5000
/** Less than a chunk: nothing of it counts as won. */
const HELD_BYTES = 10
/** A download without room looks so often whether there is some. */
const LOOK_MS = 30_000
const OPTIONS = {
  maxConcurrentDownloads: 1,
  retry: { maxAttempts: MODEL_MAX_ATTEMPTS, jitter: 'none', baseDelayMs: 10_000 },
  timeouts: { stallMs: 3_600_000 },
} as const

/** The system under test: a real dock over the memory host, whose origin holds every bundle back until it is told. */
export class DownloadStage {
  readonly #stage = createStage()
  #dock: PluginDock | undefined
  /** Docks whose process died: in a test they are still there, and must end without a word. */
  readonly #ghosts: PluginDock[] = []
  #task: DownloadTask | undefined
  #blocker: DownloadTask | undefined
  #plugin: (BuiltPlugin & { url: string; path: string }) | undefined

  async start({ busy = false, full = false } = {}): Promise<void> {
    await this.#reopen()
    if (full) await this.fill()
    if (busy) this.#blocker = await this.#begin('blocker')
    this.#plugin = await this.#publish('acme.charts')
    this.#task = await this.#begin('acme.charts')
  }

  async freeSlot(): Promise<void> {
    await this.dock.downloads.cancelDownload(this.#blocker?.id ?? '')
  }

  /** Waits until a request is held, so that there is a connection to be cut. */
  async cut(): Promise<void> {
    await this.#untilHeld()
    this.#stage.origin.cut(this.#plugin?.path)
  }

  async finish(): Promise<void> {
    await this.#untilHeld()
    this.#stage.origin.unscript(this.#plugin?.path)
    this.#stage.origin.release(this.#plugin?.path)
    await this.task.finished
  }

  /** Somebody else's files take all the room. */
  async fill(): Promise<void> {
    const { bundles } = this.#stage.host
    bundles.setCapacity((await bundles.list()).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))
  }

  async makeRoom(): Promise<void> {
    this.#stage.host.bundles.setCapacity(undefined)
    await this.#stage.clock.advance(LOOK_MS)
  }

  async passBackoff(): Promise<void> {
    const { waitingFor } = this.task.progress
    await this.#stage.clock.advance((waitingFor?.until ?? 0) - this.#stage.clock.now())
  }

  async crash(): Promise<void> {
    this.#stage.host.crash()
    this.#ghosts.push(this.dock)
    const { id } = this.task
    await this.#reopen()
    this.#task = this.dock.downloads.getTask(id)
    expect(this.#task?.id).toBe(id)
  }

  get dock(): PluginDock {
    if (!this.#dock) throw new Error('No dock is open')
    return this.#dock
  }

  get task(): DownloadTask {
    if (!this.#task) throw new Error('No download was started')
    return this.#task
  }

  /** What a user sees, and what must hold whatever happened. */
  async expectState(state: string, attempt: number): Promise<void> {
    if (state === 'idle') return
    if (state === 'dismissed') return expect(this.dock.downloads.getTask(this.task.id)).toBeUndefined()
    await this.#turnUntil(() => this.task.progress.state === state, `the state ${state}`)
    const { progress } = this.task
    expect(progress.bytesDownloaded).toBeLessThanOrEqual(progress.totalBytes ?? 0)
    expect(progress.speedBytesPerSecond === 0 || state === 'downloading').toBe(true)
    expect(progress.waitingFor !== undefined).toBe(['queued', 'paused', 'retrying', 'awaitingSpace'].includes(state))
    if (state === 'retrying') expect(progress.attempt).toBe(attempt)
    if (state === 'failed') expect(progress.failure).toMatchObject({ code: 'network', attempt: MODEL_MAX_ATTEMPTS })
    if (state === 'installed') await this.#expectInstalled()
    if (state === 'cancelled') await this.#expectNothingLeft()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#ghosts, this.#dock].map((dock) => dock?.close()))
    expect(this.#stage.clock.pendingTimers).toBe(0)
  }

  async #expectInstalled(): Promise<void> {
    const bytes = await readEntry(this.dock, 'acme.charts')
    expect(equalBytes(bytes, this.#plugin?.bytes ?? new Uint8Array())).toBe(true)
  }

  async #expectNothingLeft(): Promise<void> {
    const entries = await this.#stage.host.bundles.list()
    expect(entries.filter(({ sizeBytes }) => sizeBytes === this.#plugin?.bytes.length)).toEqual([])
    expect(await this.dock.storage.getInstalledPlugins()).toEqual([])
  }

  async #reopen(): Promise<void> {
    this.#dock = await createPluginDockOn(this.#stage.host, OPTIONS)
  }

  async #publish(id: string): Promise<BuiltPlugin & { url: string; path: string }> {
    const plugin = await buildPlugin({ id })
    return { ...plugin, url: publishOn(this.#stage.origin, plugin), path: `/${id}/${plugin.manifest.bundle.urls[0]}` }
  }

  async #begin(id: string): Promise<DownloadTask> {
    const { manifest, url, path } = await this.#publish(id)
    this.#stage.origin.script(path, always(stall(HELD_BYTES)))
    return this.dock.downloads.startDownload(manifest, { baseUrl: url })
  }

  async #untilHeld(): Promise<void> {
    const isHeld = (): boolean => {
      const own = this.#stage.origin.requests.filter(({ path }) => path === this.#plugin?.path)
      const last = own.at(-1)
      return last?.outcome === 'open' && last.bytesSent === HELD_BYTES
    }
    await this.#turnUntil(isHeld, 'a request to be held')
  }

  /** Lets everything happen that needs no time to pass. */
  async #turnUntil(isReached: () => boolean, what: string): Promise<void> {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      if (isReached()) return
      await this.#stage.clock.settle()
    }
    throw new Error(`Waited in vain for ${what}; the task is ${this.#task?.progress.state}`)
  }
}
