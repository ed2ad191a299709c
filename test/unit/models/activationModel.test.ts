import { afterAll, describe, expect, it } from 'vitest'
import type { SnapshotFrom } from 'xstate'
import { adjacencyMapToArray, createTestModel, getAdjacencyMap } from 'xstate/graph'
import type { LoadedPlugin, PluginDock } from '../../../src/dock/types.js'
import { type ActivationModelEvent, activationModel, activationModelEvents } from '../../../src/testing/index.js'
import { createVersionStage, healthOf, ID, loadedVersion, versionsOf } from '../dock/versionStage.js'

type ModelSnapshot = SnapshotFrom<typeof activationModel>

const events = [...activationModelEvents]
const onlyPossible = (snapshot: ModelSnapshot, event: ActivationModelEvent): boolean => snapshot.can(event)

/** Which version runs, and what is known of the update. */
const SEEN: Record<string, { readonly active: string; readonly versions: string; readonly isHealthy: boolean }> = {
  untried: { active: '2.0.0', versions: '2.0.0 active, 1.0.0 previous', isHealthy: false },
  trial: { active: '2.0.0', versions: '2.0.0 active, 1.0.0 previous', isHealthy: false },
  healthy: { active: '2.0.0', versions: '2.0.0 active, 1.0.0 previous', isHealthy: true },
  quarantined: { active: '1.0.0', versions: '1.0.0 active, 2.0.0 quarantined', isHealthy: true },
  leftUntried: { active: '1.0.0', versions: '1.0.0 active, 2.0.0 previous', isHealthy: true },
  leftHealthy: { active: '1.0.0', versions: '1.0.0 active, 2.0.0 previous', isHealthy: true },
}

/** A dock with a version that works, and an update that nobody has run. */
class ActivationStage {
  readonly #stage = createVersionStage()
  #dock: PluginDock | undefined
  #running: LoadedPlugin | undefined

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

  async wait(): Promise<void> {
    await this.#stage.clock.advance(11_000)
  }

  /** The load that runs, or one that only reads. */
  async loaded(): Promise<LoadedPlugin> {
    return this.#running ?? (await this.dock.plugins.load(ID))
  }

  async die(): Promise<void> {
    this.#running = undefined
    this.#dock = await this.#stage.crashAndOpen()
  }

  async restart(): Promise<void> {
    this.#running = undefined
    await this.dock.close()
    this.#dock = await this.#stage.open()
  }

  /** Refused where it is in quarantine: that is for the state to show. */
  async install(): Promise<void> {
    await this.#stage.install(this.dock, '2.0.0').catch(() => {})
  }

  async expectState(state: string): Promise<void> {
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

const EXECUTORS: Record<ActivationModelEvent['type'], (stage: ActivationStage) => Promise<unknown>> = {
  run: (stage) => stage.run(),
  wait: (stage) => stage.wait(),
  confirmHealthy: async (stage) => (await stage.loaded()).confirmHealthy(),
  reportFailure: async (stage) => (await stage.loaded()).reportFailure(new Error('nothing to see')),
  die: (stage) => stage.die(),
  restart: (stage) => stage.restart(),
  rollback: (stage) => stage.dock.plugins.rollback(ID),
  release: (stage) => stage.dock.plugins.release(ID, '2.0.0'),
  install: (stage) => stage.install(),
}

function nameOf({ value, context }: ModelSnapshot): string {
  return `${String(value)} (deaths ${context.deaths})`
}

const walked = new Set<string>()

describe('the life of an update, on the real dock', () => {
  const paths = createTestModel(activationModel, { events }).getShortestPaths({
    filterEvents: onlyPossible,
    serializeState: (snapshot: ModelSnapshot, event?: ActivationModelEvent, before?: ModelSnapshot) =>
      JSON.stringify([nameOf(snapshot), event?.type, before && nameOf(before)]),
  } as never) // reason: the types leave out what the step came from

  it('every event of the model has an executor, every state is seen', () => {
    expect(Object.keys(EXECUTORS).sort()).toEqual(events.map(({ type }) => type).sort())
    expect(Object.keys(SEEN).sort()).toEqual(Object.keys(activationModel.states).sort())
  })

  it.each(paths.map((path) => [path.description, path] as const))('%s', async (_, path) => {
    const stage = new ActivationStage()
    await stage.set()
    let from = 'nothing'
    const step = (type: ActivationModelEvent['type']) => async () => {
      await EXECUTORS[type](stage)
      from = `${from} | ${type}`
    }
    await path.test({
      events: Object.fromEntries(events.map(({ type }) => [type, step(type)])),
      states: {
        '*': async (snapshot: ModelSnapshot) => {
          await stage.expectState(String(snapshot.value))
          walked.add(`${from} -> ${nameOf(snapshot)}`)
          from = nameOf(snapshot)
        },
      },
    })
  })

  afterAll(() => {
    const steps = adjacencyMapToArray(getAdjacencyMap(activationModel, { events, filterEvents: onlyPossible }))
    const known = steps.map(({ state, event, nextState }) => `${nameOf(state)} | ${event.type} -> ${nameOf(nextState)}`)
    const missed = known.filter((step) => !walked.has(step))
    // biome-ignore lint/suspicious/noConsole: the figures are asked for
    console.info(
      `activation model: ${paths.length} paths, ${known.length - missed.length} of ${known.length} transitions walked`,
    )
    expect(missed).toEqual([])
  })
})
