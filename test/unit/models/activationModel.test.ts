import { describe, expect } from 'vitest'
import type { HostDockOptions } from '../../../src/createPluginDockOn.js'
import type { LoadedPlugin, PluginDock } from '../../../src/dock/types.js'
import { activationModel, createModelRun, type ModelStateName } from '../../../src/testing/index.js'
import { testEveryPath } from '../../models/testEveryPath.js'
import { createVersionStage, healthOf, ID, loadedVersion, versionsOf } from '../dock/versionStage.js'

type State = ModelStateName<typeof activationModel>

const WEEK_MS = 7 * 24 * 60 * 60 * 1000

/** Which version runs, and what is known of the update. */
const SEEN: Record<State, { readonly active: string; readonly versions: string; readonly isHealthy: boolean }> = {
  untried: { active: '2.0.0', versions: '2.0.0 active, 1.0.0 previous', isHealthy: false },
  trial: { active: '2.0.0', versions: '2.0.0 active, 1.0.0 previous', isHealthy: false },
  healthy: { active: '2.0.0', versions: '2.0.0 active, 1.0.0 previous', isHealthy: true },
  quarantined: { active: '1.0.0', versions: '1.0.0 active, 2.0.0 quarantined', isHealthy: true },
  outlasted: { active: '1.0.0', versions: '1.0.0 active, 2.0.0 quarantined', isHealthy: true },
  leftUntried: { active: '1.0.0', versions: '1.0.0 active, 2.0.0 previous', isHealthy: true },
  leftHealthy: { active: '1.0.0', versions: '1.0.0 active, 2.0.0 previous', isHealthy: true },
}

/** A dock with a version that works, and an update that nobody has run. */
class ActivationStage {
  readonly #stage = createVersionStage()
  #dock: PluginDock | undefined
  #running: LoadedPlugin | undefined
  #options: HostDockOptions = {}

  get dock(): PluginDock {
    if (!this.#dock) throw new Error('The stage was not set')
    return this.#dock
  }

  async set(): Promise<void> {
    this.#dock = await this.#stage.open()
    await this.#stage.installHealthy(this.dock, '1.0.0')
    await this.#stage.install(this.dock, '2.0.0')
  }

  async run(): Promise<void> {
    this.#running = await this.dock.plugins.activate(ID, (plugin) => plugin)
  }

  async pass(delayMs: number): Promise<void> {
    await this.#stage.clock.advance(delayMs)
  }

  /** The load that runs, or one that only reads. */
  async loaded(): Promise<LoadedPlugin> {
    return this.#running ?? (await this.dock.plugins.load(ID))
  }

  async die(): Promise<void> {
    this.#running = undefined
    this.#dock = await this.#stage.crashAndOpen(this.#options)
  }

  async restart(options = this.#options): Promise<void> {
    this.#options = options
    this.#running = undefined
    await this.dock.close()
    this.#dock = await this.#stage.open(options)
  }

  /** Refused where it is in quarantine: that is for the state to show. */
  async install(): Promise<void> {
    await this.#stage.install(this.dock, '2.0.0').catch(() => {})
  }

  async expectState(state: State): Promise<void> {
    await this.#stage.clock.settle()
    const health = await healthOf(this.dock)
    const seen = {
      active: await loadedVersion(this.dock),
      versions: await versionsOf(this.dock),
      isHealthy: health === 'healthy',
    }
    expect(seen).toEqual(SEEN[state])
    if (state === 'trial') expect(health).toBe('trial')
  }
}

describe('the life of an update, on the real dock', () => {
  testEveryPath(
    createModelRun(activationModel, {
      async open() {
        const stage = new ActivationStage()
        await stage.set()
        return stage
      },
      events: {
        'demand a word': (stage) => stage.restart({ health: { confirm: 'explicit' } }),
        run: (stage) => stage.run(),
        wait: (stage) => stage.pass(11_000),
        confirmHealthy: async (stage) => (await stage.loaded()).confirmHealthy(),
        reportFailure: async (stage) => (await stage.loaded()).reportFailure(new Error('nothing to see')),
        die: (stage) => stage.die(),
        restart: (stage) => stage.restart(),
        rollback: (stage) => stage.dock.plugins.rollback(ID),
        release: (stage) => stage.dock.plugins.release(ID, '2.0.0'),
        outlast: (stage) => stage.pass(WEEK_MS + 1000),
        install: (stage) => stage.install(),
      },
      states: { '*': (stage, _, state) => stage.expectState(state) },
    }),
    'memory',
  )
})
