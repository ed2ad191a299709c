import { describe, expect } from 'vitest'
import type { DownloadTask, LoadedPlugin, PluginDock } from '../../../src/dock/types.js'
import {
  always,
  createModelRun,
  type ModelStateName,
  type SpaceModelContext,
  spaceModel,
  stall,
} from '../../../src/testing/index.js'
import { testEveryPath } from '../../models/testEveryPath.js'
import { createStage, type Stage } from '../dock/stage.js'

type State = ModelStateName<typeof spaceModel>

const SIZE = 100_000
const OLD = 'acme.old'
/** A download without room looks so often whether there is some. */
const LOOK_MS = 30_000

/** Room for one bundle and a bit; `acme.old` has it. */
class SpaceStage {
  readonly #stage: Stage = createStage({ capacityBytes: SIZE + 1000 })
  #dock: PluginDock | undefined
  #taskId: string | undefined
  #used: LoadedPlugin | undefined
  #path = ''
  #url = ''

  async set(): Promise<void> {
    this.#dock = await this.#stage.open()
    const old = await this.#stage.publish({ id: OLD, size: SIZE })
    await (await this.dock.downloads.startDownload(old.url)).finished
    await this.#stage.clock.advance(1000)
    const { url, path } = await this.#stage.publish({ id: 'acme.new', size: SIZE })
    this.#url = url
    this.#path = path
    this.#stage.origin.script(path, always(stall(10)))
  }

  async start(): Promise<void> {
    this.#taskId = (await this.dock.downloads.startDownload(this.#url)).id
  }

  async cancel(): Promise<void> {
    await this.dock.downloads.cancelDownload(this.task.id)
  }

  async finish(): Promise<void> {
    this.#stage.origin.unscript(this.#path)
    this.#stage.origin.release(this.#path)
    await this.task.finished
  }

  async use(): Promise<void> {
    this.#used = await this.dock.plugins.load(OLD)
  }

  async leave(): Promise<void> {
    await this.#used?.close()
  }

  async makeRoom(): Promise<void> {
    this.#stage.host.bundles.setCapacity(3 * SIZE)
    await this.#stage.clock.advance(LOOK_MS)
  }

  async restart(): Promise<void> {
    await this.dock.close()
    this.#dock = await this.#stage.open()
  }

  get dock(): PluginDock {
    if (!this.#dock) throw new Error('No dock is open')
    return this.#dock
  }

  get task(): DownloadTask {
    const task = this.dock.downloads.getTask(this.#taskId ?? '')
    if (!task) throw new Error('It was not started')
    return task
  }

  async expectState(state: State, { old, pinned, open, roomy }: SpaceModelContext): Promise<void> {
    await this.#stage.clock.settle()
    await this.#expectTask(state)
    const ids = (await this.dock.storage.getInstalledPlugins()).map(({ pluginId }) => pluginId)
    expect(ids.includes(OLD)).toBe(old === 'there')
    expect(ids.includes('acme.new')).toBe(state === 'done')
    if (open) expect(await this.#used?.read()).toHaveLength(SIZE)
    if (state === 'waiting') await this.#expectWhy()
    if (state === 'before') await this.#expectPlan(old === 'there' && !pinned && !open ? [OLD] : [])
    const entries = await this.#stage.host.bundles.list()
    const used = entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    expect(used).toBeLessThanOrEqual(roomy ? 2 * SIZE : SIZE)
  }

  async #expectTask(state: State): Promise<void> {
    if (state === 'before') return
    await this.#stage.until(this.task, STATES[state])
  }

  async #expectWhy(): Promise<void> {
    const { waitingFor } = this.task.progress
    expect(waitingFor).toMatchObject({ code: 'space', plan: { sufficient: false, items: [] } })
    expect(this.#stage.origin.bytesSent(this.#path)).toBeLessThanOrEqual(10)
  }

  async #expectPlan(pluginIds: readonly string[]): Promise<void> {
    const { items } = await this.dock.storage.planEviction(SIZE)
    expect(items.map((item) => ('pluginId' in item ? item.pluginId : item.kind))).toEqual(pluginIds)
  }
}

const STATES = { waiting: 'awaitingSpace', fetching: 'downloading', done: 'installed' } as const

describe('room on the disk, on the real dock', () => {
  testEveryPath(
    createModelRun(spaceModel, {
      async open() {
        const stage = new SpaceStage()
        await stage.set()
        return stage
      },
      events: {
        pin: (stage) => stage.dock.storage.pin(OLD),
        unpin: (stage) => stage.dock.storage.unpin(OLD),
        open: (stage) => stage.use(),
        close: (stage) => stage.leave(),
        delete: (stage) => stage.dock.storage.deletePlugin(OLD),
        start: (stage) => stage.start(),
        cancel: (stage) => stage.cancel(),
        finish: (stage) => stage.finish(),
        'make room': (stage) => stage.makeRoom(),
        restart: (stage) => stage.restart(),
      },
      states: { '*': (stage, context, state) => stage.expectState(state, context) },
    }),
    'memory',
  )
})
