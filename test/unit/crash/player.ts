import fc from 'fast-check'
import type { DownloadTask, PluginDock } from '../../../src/dock/types.js'
import { PluginDockError } from '../../../src/domain/errors/index.js'
import { always, resetAfter, stall } from '../../../src/testing/index.js'
import { passTimeUntil, readEntry } from '../dock/stage.js'
import type { CrashStage, Release, ReleaseName, Releases } from './crashStage.js'
import { type MortalProcess, startProcess } from './mortalProcess.js'
import { PluginCrash } from './scenarios.js'

/** One line of a script. */
export type Step =
  | { readonly do: 'install' | 'stall' | 'reset'; readonly release: ReleaseName }
  | { readonly do: 'delete' | 'load' | 'verify' | 'pin' | 'unpin' | 'roll back' | 'confirm'; readonly id: string }
  | { readonly do: 'activate'; readonly id: string; readonly works: boolean }
  | { readonly do: 'pause' | 'resume' | 'cancel' | 'retry'; readonly task: number }
  | { readonly do: 'evict'; readonly bytes: number }
  | { readonly do: 'crash at call'; readonly call: number }
  | { readonly do: AtLarge }

type AtLarge = 'crash' | 'close' | 'clean up' | 'collect' | 'dismiss' | 'let it run' | 'serve' | 'damage'

const release = fc.constantFrom<ReleaseName>('first', 'second', 'third', 'rebuilt', 'unmapped', 'twin', 'other')
const id = fc.constantFrom('acme.charts', 'acme.twin', 'acme.other')
const task = fc.nat(5)

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('install' as const), release }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('stall' as const, 'reset' as const), release }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('delete' as const, 'load' as const, 'verify' as const), id }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('pin', 'unpin', 'roll back', 'confirm'), id }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('activate' as const), id, works: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('pause', 'resume', 'cancel', 'retry'), task }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('evict' as const), bytes: fc.nat(60_000) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('crash at call' as const), call: fc.integer({ min: 1, max: 40 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('crash', 'close', 'clean up', 'collect', 'dismiss', 'let it run', 'serve', 'damage'),
    }),
  },
)

/** Plays scripts on a dock, over stores that outlive it. */
export class Player {
  readonly #stage: CrashStage
  readonly #on: Releases
  #process: MortalProcess
  #dock: PluginDock | undefined
  #diesAt = Number.POSITIVE_INFINITY

  constructor(stage: CrashStage, on: Releases) {
    this.#stage = stage
    this.#on = on
    this.#process = this.#begin()
  }

  /** Whatever fails, fails with a typed error; and nothing waits for ever. */
  async play(step: Step): Promise<void> {
    try {
      await this.#during(this.#run(step), JSON.stringify(step))
    } catch (error) {
      if (!(error instanceof PluginDockError || error instanceof PluginCrash)) throw error
    }
  }

  /** A new process, in which all that can end has ended. */
  async rest(): Promise<PluginDock> {
    this.#process.kill()
    this.#stage.origin.unscript()
    const dock = await this.#stage.open()
    const isQuiet = () => dock.downloads.getTasks().every((each, _, all) => standsStill(each, all))
    await passTimeUntil(this.#stage.clock, isQuiet, 'all downloads to stand still').catch((error: Error) => {
      const states = dock.downloads.getTasks().map(({ pluginId, progress }) => `${pluginId} ${progress.state}`)
      throw new Error(`${error.message}: ${states.join(', ')}`)
    })
    return dock
  }

  #begin(): MortalProcess {
    this.#diesAt = Number.POSITIVE_INFINITY
    return startProcess(this.#stage.world, ({ number }) => (number === this.#diesAt ? 'dies' : 'served'))
  }

  /** Settles also when the process dies. */
  async #during(work: Promise<void>, what: string): Promise<void> {
    let isSettled = false
    const settled = work.finally(() => {
      isSettled = true
    })
    settled.catch(() => {})
    await passTimeUntil(this.#stage.clock, () => isSettled || this.#process.isDead, what)
    if (isSettled) await settled
  }

  async #open(): Promise<PluginDock> {
    if (this.#process.isDead) {
      this.#process = this.#begin()
      this.#dock = undefined
    }
    this.#dock ??= await this.#stage.openWithin(this.#process)
    return this.#dock
  }

  async #run(step: Step): Promise<void> {
    const dock = await this.#open()
    switch (step.do) {
      case 'install':
      case 'stall':
      case 'reset':
        return this.#install(dock, step.do, this.#on[step.release])
      case 'activate':
        return activate(dock, step.id, step.works)
      case 'pause':
      case 'resume':
      case 'cancel':
      case 'retry':
        return command(dock, step.do, dock.downloads.getTasks()[step.task])
      case 'evict':
        return void (await dock.storage.evictLeastRecentlyUsed(step.bytes))
      case 'crash at call':
        this.#diesAt = this.#process.calls + step.call
        return
      case 'delete':
      case 'load':
      case 'verify':
      case 'pin':
      case 'unpin':
      case 'roll back':
      case 'confirm':
        return ofPlugin(dock, step.do, step.id)
      default:
        return this.#atLarge(dock, step.do)
    }
  }

  async #install(dock: PluginDock, how: 'install' | 'stall' | 'reset', wanted: Release): Promise<void> {
    const path = new URL(wanted.manifest.bundle.urls[0] ?? '', this.#stage.urlOf(wanted)).pathname
    if (how === 'stall') this.#stage.origin.script(path, always(stall(9000)))
    if (how === 'reset') this.#stage.origin.script(path, resetAfter(9000))
    await dock.downloads.startDownload(this.#stage.urlOf(wanted))
  }

  async #atLarge(dock: PluginDock, what: AtLarge): Promise<void> {
    switch (what) {
      case 'crash':
        return this.#process.kill()
      case 'close':
        this.#dock = undefined
        return dock.close()
      case 'clean up':
        return void (await dock.storage.cleanupOldVersions())
      case 'collect':
        return void (await dock.storage.collectOrphans())
      case 'dismiss':
        return dock.downloads.dismissSettled()
      case 'let it run':
        return void (await this.#stage.clock.advance(1000))
      case 'serve':
        this.#stage.origin.unscript()
        return this.#stage.origin.release()
      case 'damage':
        return this.#damage()
    }
  }

  /** Flips a bit of the first bundle. */
  async #damage(): Promise<void> {
    const { bundles } = this.#stage.world
    const file = (await bundles.list()).find(({ kind }) => kind === 'bundle')
    const bytes = file && bundles.bytesOf('bundle', file.name)
    bytes?.set([(bytes[0] ?? 0) ^ 1])
  }
}

const STANDING = new Set(['paused', 'failed', 'installed', 'cancelled', 'rolledBack', 'awaitingSpace'])

const BLOCKING = new Set(['paused', 'awaitingSpace'])

/** Whether nothing but a user moves it: a version of a plugin waits behind another one that does. */
function standsStill({ pluginId, progress }: DownloadTask, all: readonly DownloadTask[]): boolean {
  if (progress.state !== 'queued') return STANDING.has(progress.state)
  const isBlocked = progress.waitingFor?.code === 'same-plugin'
  const isBlocking = (other: DownloadTask): boolean => BLOCKING.has(other.progress.state)
  return isBlocked && all.some((other) => other.pluginId === pluginId && isBlocking(other))
}

async function activate(dock: PluginDock, pluginId: string, works: boolean): Promise<void> {
  await dock.plugins.activate(pluginId, async (plugin) => {
    if (!works) throw new PluginCrash('It does not start')
    await plugin.confirmHealthy()
  })
}

async function command(
  dock: PluginDock,
  what: 'pause' | 'resume' | 'cancel' | 'retry',
  found: DownloadTask | undefined,
): Promise<void> {
  if (found) await dock.downloads[`${what}Download`](found.id)
}

async function ofPlugin(
  dock: PluginDock,
  what: 'delete' | 'load' | 'verify' | 'pin' | 'unpin' | 'roll back' | 'confirm',
  pluginId: string,
): Promise<void> {
  switch (what) {
    case 'delete':
      return dock.storage.deletePlugin(pluginId)
    case 'load':
      return void (await readEntry(dock, pluginId))
    case 'verify':
      return void (await dock.storage.verify(pluginId))
    case 'pin':
      return dock.storage.pin(pluginId)
    case 'unpin':
      return dock.storage.unpin(pluginId)
    case 'roll back':
      return void (await dock.plugins.rollback(pluginId))
    case 'confirm': {
      const loaded = await dock.plugins.load(pluginId)
      return loaded.confirmHealthy().finally(() => loaded.close())
    }
  }
}
