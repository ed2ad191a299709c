import { describe, expect } from 'vitest'
import type { DownloadTask, PluginDock } from '../../../src/dock/types.js'
import {
  type AdmissionModelContext,
  admissionModel,
  always,
  createModelRun,
  stall,
} from '../../../src/testing/index.js'
import { testEveryPath } from '../../models/testEveryPath.js'
import { createStage, passTimeUntil } from '../dock/stage.js'

type Name = 'a' | 'b' | 'c'

const NAMES = ['a', 'b', 'c'] as const
/** Less than a chunk. */
const HELD_BYTES = 10

/** A dock with one turn, and an origin that holds three bundles back. */
class AdmissionStage {
  readonly #stage = createStage()
  readonly #tasks = new Map<Name, { readonly id: string; readonly path: string }>()
  #dock: PluginDock | undefined

  async open(): Promise<void> {
    this.#dock = await this.#stage.open({ maxConcurrentDownloads: 1 })
  }

  async start({ started }: AdmissionModelContext): Promise<void> {
    const name = NAMES[started]
    if (!name) throw new Error('There are three')
    const { url, path } = await this.#stage.publish({ id: `acme.${name}`, size: 1000, chunkLengths: 1000 })
    this.#stage.origin.script(path, always(stall(HELD_BYTES)))
    const { id } = await this.dock.downloads.startDownload(url)
    this.#tasks.set(name, { id, path })
  }

  async preferC(): Promise<void> {
    await this.dock.downloads.reprioritize(this.task('c').id, 10)
  }

  async finish(name: Name | 'nobody'): Promise<void> {
    const path = this.#tasks.get(name as Name)?.path // reason: nobody has no task
    this.#stage.origin.unscript(path)
    this.#stage.origin.release(path)
    await this.task(name).finished
  }

  async restart(): Promise<void> {
    await this.dock.close()
    await this.open()
  }

  get dock(): PluginDock {
    if (!this.#dock) throw new Error('No dock is open')
    return this.#dock
  }

  task(name: string | undefined): DownloadTask {
    const task = this.dock.downloads.getTask(this.#tasks.get(name as Name)?.id ?? '') // reason: others have no task
    if (!task) throw new Error(`${name} was not started`)
    return task
  }

  async expectLine({ running, line, paused }: AdmissionModelContext): Promise<void> {
    const holding = running === 'nobody' ? [] : [this.#tasks.get(running)?.path]
    await this.#stage.clock.settle()
    const isHeld = (): boolean => JSON.stringify(this.#held()) === JSON.stringify(holding)
    await passTimeUntil(this.#stage.clock, isHeld, `${running} to be all that runs, not ${this.#held()}`)
    const waits = [...line].map((name) => this.task(name).progress)
    expect(waits.map(({ state }) => state)).toEqual(waits.map(() => 'queued'))
    expect(waits.map(({ waitingFor }) => [waitingFor?.code, waitingFor?.position])).toEqual(
      waits.map((_, index) => ['slot', index + 1]),
    )
    if (running !== 'nobody') expect(this.task(running).progress.state).toBe('downloading')
    if (paused !== 'nobody') expect(this.task(paused).progress.state).toBe('paused')
    const isBusy = this.dock.supervisor.getSnapshot().hasTag('busy')
    expect(isBusy).toBe(running !== 'nobody')
  }

  /** The paths whose bytes are waited for. */
  #held(): readonly string[] {
    const open = this.#stage.origin.requests.filter(
      ({ outcome, bytesSent }) => outcome === 'open' && bytesSent === HELD_BYTES,
    )
    return open.map(({ path }) => path)
  }
}

describe('whose turn it is, on the real dock', () => {
  testEveryPath(
    createModelRun(admissionModel, {
      async open() {
        const stage = new AdmissionStage()
        await stage.open()
        return stage
      },
      events: {
        start: (stage, context) => stage.start(context),
        'prefer c': (stage) => stage.preferC(),
        'pause the running': (stage, { running }) => stage.dock.downloads.pauseDownload(stage.task(running).id),
        'resume the paused': (stage, { paused }) => stage.dock.downloads.resumeDownload(stage.task(paused).id),
        'cancel the running': (stage, { running }) => stage.dock.downloads.cancelDownload(stage.task(running).id),
        'cancel the next': (stage, { line }) => stage.dock.downloads.cancelDownload(stage.task(line[0]).id),
        'finish the running': (stage, { running }) => stage.finish(running),
        restart: (stage) => stage.restart(),
      },
      states: { '*': (stage, context) => stage.expectLine(context) },
    }),
    'memory',
  )
})
