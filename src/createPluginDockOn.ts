import { Subject } from 'rxjs'
import { createActor } from 'xstate'
import { Roster } from '../machines/roster.js'
import type { SupervisorActor, supervisorMachine } from '../machines/supervisor.machine.js'
import type { SupervisorSettings } from '../machines/supervisor.types.js'
import { type DockState, findState, type HealthRules } from './actors/dockState.js'
import { Journal } from './actors/journal.js'
import { Notices } from './actors/notices.js'
import { PolicyDesk } from './actors/policyDesk.js'
import { RunningTransfers } from './actors/runningTransfers.js'
import { shutDown } from './actors/shutDown.js'
import { SpaceLedger } from './actors/spaceLedger.js'
import { Calls } from './actors/tabs/calls.js'
import { describeTask } from './actors/taskRecords.js'
import { TrialDesk } from './actors/trialDesk.js'
import { TrustDesk } from './actors/trustDesk.js'
import { conditionsOf } from './dock/conditions.js'
import { createSupervisor } from './dock/createSupervisor.js'
import { DockDownloads } from './dock/downloads.js'
import { harmless } from './dock/inspectActors.js'
import { leading } from './dock/laterParts.js'
import { notificationsOf } from './dock/notifications.js'
import { DockPolicy } from './dock/policy.js'
import { DockRuntime } from './dock/runtime.js'
import { DockStorage } from './dock/storage.js'
import type { PluginDock, PluginDockOptions } from './dock/types.js'
import { ClosedError, UnsupportedError } from './domain/errors/index.js'
import { toError } from './domain/failure.js'
import { readHostIdentity } from './domain/hostIdentity.js'
import { assertPolicyChange, type BandwidthPolicy, changedPolicy, DEFAULT_BANDWIDTH_POLICY } from './domain/policy.js'
import { DEFAULT_RETRY_POLICY } from './domain/retry.js'
import { readTrust } from './domain/trust.js'
import { TurnsByKey } from './domain/turnsByKey.js'
import { VERSION_PATTERN } from './domain/version.js'
import type { Host, HostCapabilities } from './ports/host.js'

/** What a host's own `createPluginDock` may add. */
export interface HostDockOptions extends PluginDockOptions {
  /** Whether local files may be sources. @default false */
  localFiles?: boolean
  /** Whether unfinished downloads of a former run come back paused. @default false */
  holdRestored?: boolean
}

const NAME_PATTERN = /^[a-z0-9-]{1,64}$/
const DEFAULT_TIMEOUTS = { connectMs: 15_000, headersMs: 30_000, stallMs: 20_000 }
const DEFAULT_CONNECTIONS_PER_DOWNLOAD = 2

/**
 * Opens a dock on a host, or, with `options.supervisor`, over an actor that the app owns.
 * Rejects with `locked` where another process has the store, `storage` where it cannot be opened, and `unsupported`
 * for options that this host cannot serve.
 */
export async function createPluginDockOn(host: Host, options: HostDockOptions = {}): Promise<PluginDock> {
  if (options.supervisor) return attachDock(options.supervisor, options)
  if (options.trust && !host.signatures) throw checksNone()
  const logic = createSupervisorLogicOn(() => host, options)
  const supervisor = createActor(logic, options.inspect ? { inspect: harmless(options.inspect) } : {})
  supervisor.start()
  return attachDock(supervisor, options)
}

/** The supervisor as logic for an app's own machine. `openHost` is called once for each actor made of it. */
export function createSupervisorLogicOn(openHost: () => Host, options: HostDockOptions = {}): typeof supervisorMachine {
  const settings = settingsOf(options)
  assertOptions(options)
  return createSupervisor(() => createState(openHost(), settings, options))
}

async function attachDock(supervisor: SupervisorActor, options: HostDockOptions): Promise<PluginDock> {
  const state = findState(supervisor)
  if (!state) throw new UnsupportedError('options.supervisor is no running actor of createSupervisorLogic')
  await untilRunning(supervisor, state)
  return new Dock(supervisor, state, options)
}

/** One dock: its rooms, and how it is closed. */
class Dock implements PluginDock {
  readonly supervisor: SupervisorActor
  readonly downloads
  readonly storage
  readonly plugins
  readonly policy
  readonly conditions
  readonly notifications
  readonly #ownsSupervisor: boolean
  readonly #state: DockState
  #closing: Promise<void> | undefined

  constructor(supervisor: SupervisorActor, state: DockState, options: HostDockOptions) {
    this.supervisor = supervisor
    this.#state = state
    this.#ownsSupervisor = options.supervisor === undefined
    this.downloads = new DockDownloads(state)
    this.storage = new DockStorage(state, supervisor)
    this.plugins = new DockRuntime(state)
    this.policy = new DockPolicy(state)
    this.conditions = conditionsOf(state)
    this.notifications = notificationsOf(supervisor, state)
    defineAsyncDispose(this)
  }

  get capabilities(): HostCapabilities {
    return this.#state.host.capabilities
  }

  close(): Promise<void> {
    this.#closing ??= this.#ownsSupervisor ? closeSupervisor(this.supervisor, this.#state) : Promise.resolve()
    return this.#closing
  }
}

/** Engines without the symbol get no polyfill. */
function defineAsyncDispose(dock: PluginDock): void {
  const symbol = (Symbol as { readonly asyncDispose?: symbol }).asyncDispose // newer than the library types
  if (symbol) Object.defineProperty(dock, symbol, { value: () => dock.close() })
}

/** A supervisor that was stopped tells nobody that it ended: its stores do. */
function closeSupervisor(supervisor: SupervisorActor, state: DockState): Promise<void> {
  supervisor.send({ type: 'close' })
  return shutDown(state)
}

function untilRunning(supervisor: SupervisorActor, state: DockState): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const snapshot = supervisor.getSnapshot()
      if (snapshot.hasTag('leader') || snapshot.hasTag('follower')) return resolve()
      if (snapshot.status === 'active') return
      const { failure } = snapshot.context
      reject(
        state.bootError ?? (failure ? toError({ ...failure, attempt: 1 }) : new ClosedError('The supervisor ended')),
      )
    }
    supervisor.subscribe({ next: look, complete: look, error: reject })
    look()
  })
}

function settingsOf(options: HostDockOptions): SupervisorSettings {
  const name = options.name ?? 'plugdock'
  if (!NAME_PATTERN.test(name))
    throw new UnsupportedError(`options.name must match ${NAME_PATTERN.source}, "${name}" does not`)
  return {
    name,
    limits: {
      maxConcurrentDownloads: positive('maxConcurrentDownloads', options.maxConcurrentDownloads ?? 3),
      maxConnectionsPerOrigin: positive('maxConnectionsPerOrigin', options.maxConnectionsPerOrigin ?? 6),
    },
    retry: withDefaults(DEFAULT_RETRY_POLICY, options.retry),
    holdRestored: options.holdRestored ?? false,
  }
}

const DEFAULT_HEALTH: HealthRules = {
  confirm: 'automatic',
  timeoutMs: 10_000,
  maxTrials: 3,
  quarantineMs: 7 * 24 * 60 * 60 * 1000,
}

function healthRules({ health }: HostDockOptions): HealthRules {
  const rules = withDefaults(DEFAULT_HEALTH, health)
  positive('health.timeoutMs', rules.timeoutMs)
  positive('health.maxTrials', rules.maxTrials)
  return rules
}

function initialPolicy({ bandwidth = {} }: HostDockOptions): BandwidthPolicy {
  assertPolicyChange(bandwidth)
  return changedPolicy(DEFAULT_BANDWIDTH_POLICY, bandwidth)
}

/** What is given as `undefined` is not given. */
function withDefaults<T extends object>(defaults: T, given: Partial<T> = {}): T {
  const present = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(present) }
}

function trustOf({ signatures }: Host, { trust }: HostDockOptions): TrustDesk {
  return new TrustDesk(trust && readTrust(trust), signatures?.verify ?? (() => Promise.reject(checksNone())))
}

function checksNone(): UnsupportedError {
  return new UnsupportedError('This host checks no signatures: it takes no option trust')
}

/** Where the app is told: what an actor throws when it is started, nobody can catch. */
function assertOptions(options: HostDockOptions): void {
  healthRules(options)
  initialPolicy(options)
  minimumsOf(options)
  readHostIdentity(options)
  if (options.trust) readTrust(options.trust)
}

/** What is no version would refuse nothing, and nobody would know. */
function minimumsOf({ minimumVersions = {} }: HostDockOptions): ReadonlyMap<string, string> {
  for (const [pluginId, version] of Object.entries(minimumVersions))
    if (!VERSION_PATTERN.test(version))
      throw new UnsupportedError(`options.minimumVersions: "${version}" of ${pluginId} is no SemVer version`)
  return new Map(Object.entries(minimumVersions))
}

function positive(name: string, value: number): number {
  if (Number.isInteger(value) && value > 0) return value
  throw new UnsupportedError(`options.${name} must be a whole number above zero, not ${value}`)
}

function spaceLimits({ storage = {} }: HostDockOptions): ConstructorParameters<typeof SpaceLedger>[0] {
  return { budgetBytes: storage.budgetBytes, reserveBytes: storage.reserveBytes ?? 0 }
}

function createState(host: Host, settings: SupervisorSettings, options: HostDockOptions): DockState {
  const health = healthRules(options)
  const pageId = pageIdFrom(host)
  const state: DockState = {
    host,
    pageId,
    calls: new Calls(pageId),
    mirroredWaits: new Map(),
    doorway: new Set(),
    settings,
    health,
    timeouts: withDefaults(DEFAULT_TIMEOUTS, options.timeouts),
    connections: {
      perDownload: positive(
        'connectionsPerDownload',
        options.connectionsPerDownload ?? DEFAULT_CONNECTIONS_PER_DOWNLOAD,
      ),
      perOrigin: settings.limits.maxConnectionsPerOrigin,
    },
    resolveUrl: options.resolveUrl,
    keepPreviousVersions: options.storage?.keepPreviousVersions ?? 1,
    space: new SpaceLedger(spaceLimits(options), host.clock),
    imports: options.imports ?? {},
    sources: { allowedOrigins: options.allowedOrigins, localFiles: options.localFiles ?? false },
    trust: trustOf(host, options),
    hostIdentity: readHostIdentity(options),
    minimumVersions: minimumsOf(options),
    inspectBundle: async (...bundle) => (await leading.load(host)).inspectBundle(host, ...bundle),
    roster: new Roster(settings.limits),
    journal: new Journal((view) => describeTask(state, view)),
    tasks: new Map(),
    inbox: new Map(),
    policy: new PolicyDesk(initialPolicy(options)),
    openPartials: new TurnsByKey(),
    effects: new Map(),
    running: new RunningTransfers(),
    repairs: new Map(),
    repaired: new Subject(),
    uses: new Subject(),
    notices: new Notices(),
    appNotices: new Notices(),
    trials: new TrialDesk(health.confirm, pageId),
    beforeClose: new Set(),
    wholeWork: new Set(),
    booting: undefined,
    bootError: undefined,
    opened: undefined,
    shuttingDown: undefined,
  }
  return state
}

/** Unlike that of every other page and process. */
function pageIdFrom({ clock }: Host): string {
  const id = globalThis.crypto?.randomUUID?.()
  if (id) return id
  return [clock.random(), clock.random()].map((part) => Math.floor(part * 2 ** 48).toString(36)).join('')
}
