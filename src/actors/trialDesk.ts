import type { ActivationCommand, ActivationInput, ActivationOutput } from '../../machines/activation.types.js'
import type { TrialCommand } from '../../machines/trials.types.js'
import { ClosedError, type PluginDockError } from '../domain/errors/index.js'
import { asPluginDockError } from '../domain/failure.js'
import type { RollbackCause } from '../domain/plugin.js'
import type { NamedVersion } from '../domain/versions.js'

/** How a trial ended. `stopped`: with the dock, and no verdict. */
export type TrialOutcome = ActivationOutput['outcome'] | 'stopped'

/** A version whose code runs, or is about to, before anybody knows whether it works. */
export interface Trial {
  readonly token: string
  readonly named: NamedVersion
  /** Settles when the records say that it runs; rejects where they cannot. */
  readonly begun: Promise<void>
  readonly ended: Promise<TrialOutcome>
}

interface OpenTrial extends Trial {
  readonly settleBegun: (error?: PluginDockError) => void
  readonly settleEnded: (outcome: TrialOutcome) => void
  /** Told when a confirmation could not be written. */
  readonly confirmations: Set<(error: PluginDockError) => void>
  /** Why it failed, where somebody said so. */
  cause?: RollbackCause
  /** What could not be written last. */
  fault?: PluginDockError
  isRecorded: boolean
  /** Takes back the word that is left behind when the process ends. */
  disarm: () => void
}

/** The trials of this process: what their charts decide, for whoever runs the code. */
export class TrialDesk {
  readonly #open = new Map<string, OpenTrial>()
  readonly #byVersion = new Map<string, OpenTrial>()
  /** By version: how many of its trials have ended. */
  readonly #endings = new Map<string, number>()
  readonly #own = new Set<string>()
  readonly #confirm: ActivationInput['confirm']
  #send: (command: TrialCommand) => void = () => {}
  readonly #pageId: string
  #next = 1

  /** `pageId`: so that no two pages make the same token. */
  constructor(confirm: ActivationInput['confirm'], pageId: string) {
    this.#confirm = confirm
    this.#pageId = pageId
  }

  /** Gives it a supervisor, who keeps the charts. */
  connect(send: (command: TrialCommand) => void): void {
    this.#send = send
  }

  /** The trial of this version that runs, or a new one. */
  begin(named: NamedVersion): Trial {
    const running = this.running(named)
    if (running) return running
    const token = `trial-${this.#pageId}-${this.#next++}`
    const trial = openTrial(token, named)
    this.#open.set(token, trial)
    this.#own.add(token)
    this.#byVersion.set(nameOf(named), trial)
    const { pluginId, version } = named
    const { address } = version
    this.#send({
      type: 'trial.begin',
      trial: { token, pluginId, version: version.version, address, confirm: this.#confirm },
    })
    return trial
  }

  running(named: NamedVersion): Trial | undefined {
    return this.#byVersion.get(nameOf(named))
  }

  /** The plugins of which a version is on trial. */
  pluginIds(): readonly string[] {
    return [...this.#open.values()].map(({ named }) => named.pluginId)
  }

  /** Of all that run here. */
  tokens(): readonly string[] {
    return [...this.#open.keys()]
  }

  /** Those of them that the records know of. */
  recorded(): readonly Trial[] {
    return [...this.#open.values()].filter(({ isRecorded }) => isRecorded)
  }

  /** Tells an earlier trial of a version from a later one. */
  endings(named: NamedVersion): number {
    return this.#endings.get(nameOf(named)) ?? 0
  }

  isOpen({ token }: Trial): boolean {
    return this.#open.has(token)
  }

  tell({ token }: Trial, command: ActivationCommand): void {
    this.#send({ type: 'trial.tell', token, command })
  }

  /** Settles when the version is confirmed, or its trial has ended otherwise; rejects where that cannot be written. */
  async confirm(trial: Trial): Promise<void> {
    const open = this.#open.get(trial.token)
    if (!open) return
    let stop = (): void => {}
    const refused = new Promise<never>((_, reject) => {
      open.confirmations.add(reject)
      stop = () => open.confirmations.delete(reject)
    })
    this.tell(trial, { type: 'plugin.confirmed' })
    await Promise.race([trial.ended, refused]).finally(stop)
  }

  /** Settles when the version has made way; rejects where that cannot be written. */
  async fail(trial: Trial, reason: string, cause: RollbackCause): Promise<void> {
    const open = this.#open.get(trial.token)
    if (open) open.cause ??= cause
    this.tell(trial, { type: 'plugin.failed', reason })
    if ((await trial.ended) === 'unrecorded' && open?.fault) throw open.fault
  }

  /** No verdict: another version is to run. */
  abandon(named: NamedVersion): void {
    const trial = this.running(named)
    if (trial) this.tell(trial, { type: 'trial.abandoned' })
  }

  /** Whether the process that began it is this one, which lives. */
  isOwn(token: string): boolean {
    return this.#own.has(token)
  }

  /** For the actors of the charts. */
  find(token: string): OpenTrial | undefined {
    return this.#open.get(token)
  }

  /** A chart has ended. */
  ended(token: string, outcome: TrialOutcome): void {
    const trial = this.#open.get(token)
    if (!trial) return
    const name = nameOf(trial.named)
    this.#open.delete(token)
    this.#byVersion.delete(name)
    this.#endings.set(name, (this.#endings.get(name) ?? 0) + 1)
    trial.disarm()
    trial.settleBegun(new ClosedError('The dock was closed meanwhile'))
    trial.settleEnded(outcome)
  }

  /** What could not be written of a trial. */
  unwritten(token: string, thrown: unknown): PluginDockError {
    const error = asPluginDockError(thrown)
    const trial = this.#open.get(token)
    if (trial) trial.fault = error
    for (const reject of trial?.confirmations ?? []) reject(error)
    return error
  }
}

function openTrial(token: string, named: NamedVersion): OpenTrial {
  const [begun, settleBegun, refuseBegun] = open<void>()
  const [ended, settleEnded] = open<TrialOutcome>()
  begun.catch(() => {})
  const trial: OpenTrial = {
    token,
    named,
    begun,
    ended,
    isRecorded: false,
    settleBegun: (error) => {
      trial.isRecorded = error === undefined
      if (error) refuseBegun(error)
      else settleBegun()
    },
    settleEnded,
    confirmations: new Set(),
    disarm: () => {},
  }
  return trial
}

function open<T>(): [promise: Promise<T>, resolve: (value: T) => void, reject: (error: unknown) => void] {
  let settle: (value: T) => void = () => {}
  let refuse: (error: unknown) => void = () => {}
  const promise = new Promise<T>((resolve, reject) => {
    settle = resolve
    refuse = reject
  })
  return [promise, settle, refuse]
}

function nameOf({ pluginId, version }: NamedVersion): string {
  return `${pluginId}@${version.address}`
}
