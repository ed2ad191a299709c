import { type DockState, storesOf, untilOpen } from '../actors/dockState.js'
import { quarantined } from '../actors/quarantined.js'
import type { Trial } from '../actors/trialDesk.js'
import { PluginDockError } from '../domain/errors/index.js'
import type { VersionRecord } from '../domain/records.js'
import type { NamedVersion } from '../domain/versions.js'
import { fallbacksOf, quarantineOf, versionsOf } from '../domain/versionsOf.js'
import type { PluginHealthDesk } from '../plugins/loadedPlugin.js'

/** How one load of a version does: whether its code ran, and what the app says of it. */
export class LoadHealth implements PluginHealthDesk {
  readonly named: NamedVersion
  readonly #state: DockState
  /** What was said of an earlier trial is not said of this one. */
  readonly #endings: number
  #trial: Promise<Trial> | undefined

  constructor(state: DockState, named: NamedVersion) {
    this.#state = state
    this.named = named
    this.#endings = state.trials.endings(named)
  }

  /**
   * The trial that this load is part of when its code runs: begun now where nobody has confirmed the version yet. Rejects
   * with `QuarantinedError` for a version that failed meanwhile.
   */
  async join(): Promise<Trial | undefined> {
    const version = this.#version()
    this.#assertRunnable(version)
    if (!version || version.health === 'healthy') return undefined
    const joined = await this.#joined()
    if (joined) return joined
    this.#trial = this.#begin()
    return this.#trial
  }

  /** No code runs before its trial is written. Code that throws has failed it. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const trial = await this.join()
    if (!trial) return work()
    try {
      const result = await work()
      this.#state.trials.tell(trial, { type: 'plugin.started' })
      return result
    } catch (error) {
      // where that cannot be written the next start judges
      if (this.isToBlame(error)) await this.fail(trial, error).catch(() => {})
      throw error
    }
  }

  async confirmHealthy(): Promise<void> {
    if (this.#version()?.health === 'healthy') return
    await untilOpen(this.#state)
    // another load's trial is not this one's to confirm
    const isAlone = this.#state.trials.running(this.named) === undefined
    const trial = (await this.#joined()) ?? (isAlone ? await this.#joinNow() : undefined)
    if (trial) await this.#state.trials.confirm(trial)
  }

  async reportFailure(error: unknown): Promise<void> {
    if (this.#version()?.health === 'healthy') return
    await untilOpen(this.#state)
    const trial = (await this.#joined()) ?? (await this.#joinNow())
    if (trial) await this.#state.trials.fail(trial, wordsOf(error), 'reported')
  }

  /** Its code threw. Settles when the version has made way. */
  fail(trial: Trial, error: unknown): Promise<void> {
    return this.#state.trials.fail(trial, wordsOf(error), 'failed')
  }

  /** Whether what was thrown is the version's own fault: not the device's, nor that of an app that nothing can run in. */
  isToBlame(error: unknown): boolean {
    if (!(error instanceof PluginDockError)) return true
    if (error.code !== 'unsupported') return false
    const plugin = storesOf(this.#state).index.get(this.named.pluginId)
    return plugin !== undefined && fallbacksOf(plugin).length > 0
  }

  async #begin(): Promise<Trial> {
    const trial = this.#state.trials.begin(this.named)
    try {
      await trial.begun
      return trial
    } catch (error) {
      this.#trial = undefined
      throw error
    }
  }

  /** The trial that this load takes part in, while it runs. */
  async #joined(): Promise<Trial | undefined> {
    const trial = await this.#trial
    return trial && this.#state.trials.isOpen(trial) ? trial : undefined
  }

  /** What is said after a trial of the version has ended was meant of that one. */
  async #joinNow(): Promise<Trial | undefined> {
    return this.#state.trials.endings(this.named) === this.#endings ? this.join() : undefined
  }

  /** A version that failed may have left the disk since, as far as the records know: what is loaded of it fails still. */
  #assertRunnable(version: VersionRecord | undefined): void {
    const { pluginId, version: loaded } = this.named
    if (version) return assertRunnable(this.#state, { pluginId, version })
    const failures = this.#state.opened?.history.of(pluginId)?.failed ?? []
    const failed = failures.find(({ address }) => address === loaded.address)
    if (failed) assertRunnable(this.#state, { pluginId, version: { ...loaded, quarantine: failed } })
  }

  #version(): VersionRecord | undefined {
    const { pluginId, version } = this.named
    const plugin = this.#state.opened?.index.get(pluginId)
    return plugin && versionsOf(plugin).find(({ address }) => address === version.address)
  }
}

/** Throws `QuarantinedError` for a version that is not run now. */
export function assertRunnable({ host }: DockState, { pluginId, version }: NamedVersion): void {
  const quarantine = quarantineOf(version, host.clock.now())
  if (quarantine) throw quarantined(pluginId, { version: version.version, ...quarantine })
}

const MAX_WORDS = 200

function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.slice(0, MAX_WORDS) || 'it reported a failure'
}
