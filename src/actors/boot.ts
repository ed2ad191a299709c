import type { MemberInput, SupervisorActors } from '../../machines/supervisor.actors.js'
import type { SupervisorReport } from '../../machines/supervisor.types.js'
import { LockedError } from '../domain/errors/index.js'
import { asPluginDockError, toFailure } from '../domain/failure.js'
import { loadAhead } from '../domain/laterPart.js'
import {
  type DownloadRecord,
  type HistoryRecord,
  type InstalledRecord,
  RECORD_KINDS,
  readRecord,
  type TrialRecord,
  trialKey,
} from '../domain/records.js'
import type { StoreEntry } from '../ports/bundleStore.js'
import type { Channel, Followers, Host, HostStores } from '../ports/host.js'
import type { RecordChange, RecordEntry } from '../ports/recordStore.js'
import type { TransferEngine } from '../ports/transferEngine.js'
import { resumeFromBackground } from './backgroundWork.js'
import { type DockState, type OpenedStores, setOpened, tell, wakeDoorway } from './dockState.js'
import { lostWhenFenced } from './fence.js'
import { InstalledIndex, versionsOf } from './installedIndex.js'
import { engineHere } from './laterParts.js'
import { settlePastTrials } from './pastTrials.js'
import { readKind } from './recordKinds.js'
import { reporting } from './reporting.js'
import { endingBy, type NamedHistory, withSaneWait } from './saneTimes.js'
import { letGo } from './shutDown.js'
import { sweepUnknown } from './sweep.js'
import { isTabMessage, type TabMessage } from './tabs/messages.js'
import { VersionHistory } from './versionHistory.js'

type BootOutcome = Extract<SupervisorReport, { type: 'boot.completed' | 'boot.failed' | 'boot.refused' }>
type StateOf = (input: MemberInput) => DockState

/** Opens the stores, begins a leadership, reads what a former run left, and collects what no record names. */
export function createBoot(stateOf: StateOf): SupervisorActors['boot'] {
  return reporting(async (input: MemberInput) => {
    const state = stateOf(input)
    const opening = open(state)
    state.booting = opening.then(() => {})
    return opening
  })
}

async function open(state: DockState): Promise<BootOutcome> {
  const channel = state.host.followers && answerWhileStarting(state.host.followers)
  try {
    await letGo(state)
    if (!state.host.whenIdle) await loadAhead(state.host)
    const stores = await openToLead(state)
    try {
      return { type: 'boot.completed', boot: { epoch: await openState(state, stores), settings: state.settings } }
    } catch (error) {
      setOpened(state, undefined)
      await stores.close()
      throw error
    }
  } catch (error) {
    if (error instanceof LockedError && state.host.followers) return { type: 'boot.refused' }
    state.bootError = asPluginDockError(error)
    state.calls.close(state.bootError)
    wakeDoorway(state)
    return { type: 'boot.failed', failure: toFailure(error) }
  } finally {
    channel?.close()
    // so that what runs can go on without a network; what cannot be loaded now is when it is wanted
    state.host.whenIdle?.(() => void loadAhead(state.host).catch(() => {}))
  }
}

async function openToLead({ host }: DockState): Promise<HostStores> {
  const stores = await host.open()
  return host.followers ? lostWhenFenced(stores) : stores
}

/** Who wants something meanwhile knows that somebody is at it. */
function answerWhileStarting(followers: Followers): Channel {
  const channel = followers.openChannel()
  channel.listen((message) => {
    if (isTabMessage(message) && message.type === 'plugdock.ping')
      channel.post({ type: 'plugdock.starting' } satisfies TabMessage)
  })
  return channel
}

async function openState(state: DockState, stores: HostStores): Promise<number> {
  const epoch = await stores.records.claimEpoch()
  const found = await readAll(stores, state.host.clock.now())
  const stored = await stores.bundles.list({ namesOnly: true })
  if (found.isUnderstood) await collectOrphans(state.host, stores, found, { stored, epoch })
  const sane = endingBy(found, state.host.clock.now() + state.health.quarantineMs)
  // what cannot be written now is at the next start
  if (sane.changes.length > 0) await stores.records.commit(sane.changes, { epoch }).catch(() => {})
  const index = new InstalledIndex(stores.records, epoch, sane.installed, found.foreign)
  const engine = stores.engine ?? (await engineOver(state, stores))
  await state.policy.open(stores.records)
  await state.trust.open(stores.records, state.host)
  state.policy.lead({ records: stores.records, epoch, engine })
  const history = new VersionHistory(sane.histories, found.trials)
  const { isUnderstood, downloads: restored } = found
  const opened: OpenedStores = {
    ...stores,
    role: 'leader',
    engine,
    epoch,
    index,
    history,
    restored,
    isUnderstood,
    resumed: resumeFromBackground(state, stores),
  }
  state.opened = opened
  if (await settlePastTrials(state)) state.opened = { ...opened, restored: await readDownloads(state, stores) }
  tellLost(state, found.installed, stored)
  state.journal.startOver(found.downloads.map((record) => record.taskId))
  setOpened(state, state.opened)
  return epoch
}

/** Moves bytes in this thread. */
export async function engineOver({ host }: DockState, { bundles }: HostStores): Promise<TransferEngine> {
  const { createLocalEngine } = await engineHere.load(host)
  const { fetcher, digester, clock } = host
  return createLocalEngine({ fetcher, digester, clock, bundles })
}

interface Found {
  readonly downloads: readonly DownloadRecord[]
  readonly installed: readonly InstalledRecord[]
  readonly histories: readonly NamedHistory[]
  readonly trials: readonly TrialRecord[]
  /** Plugins whose record is of a newer release. */
  readonly foreign: readonly string[]
  readonly keys: readonly string[]
  /** `false` where a record is of a newer release: then nothing is an orphan for certain, and nothing is removed. */
  readonly isUnderstood: boolean
}

/** What the records say. */
export async function readAll({ records }: HostStores, now: number): Promise<Found> {
  const entries = await records.list('')
  const downloads = readKind<DownloadRecord>(entries, RECORD_KINDS.download).map((record) => withSaneWait(record, now))
  const installed = readKind<InstalledRecord>(entries, RECORD_KINDS.installed)
  return {
    downloads,
    installed,
    histories: historiesIn(entries),
    trials: readKind<TrialRecord>(entries, RECORD_KINDS.trial),
    foreign: entries
      .filter(({ key, value }) => key.startsWith(RECORD_KINDS.installed) && readRecord(value) === undefined)
      .map(({ key }) => key.slice(RECORD_KINDS.installed.length)),
    keys: entries.map((entry) => entry.key),
    isUnderstood: entries.every((entry) => readRecord(entry.value) !== undefined),
  }
}

const SETTLED = new Set(['installed', 'cancelled', 'rolledBack'])

function historiesIn(entries: readonly RecordEntry[]): Found['histories'] {
  return entries
    .filter(({ key }) => key.startsWith(RECORD_KINDS.history))
    .flatMap(({ key, value }) => {
      const history = readRecord<HistoryRecord>(value)
      return history ? [[key.slice(RECORD_KINDS.history.length), history] as const] : []
    })
}

async function readDownloads({ host }: DockState, { records }: HostStores): Promise<readonly DownloadRecord[]> {
  const read = readKind<DownloadRecord>(await records.list(RECORD_KINDS.download), RECORD_KINDS.download)
  return read.map((record) => withSaneWait(record, host.clock.now()))
}

/** Somebody else has removed them: the browser, for room, or a person. */
function tellLost(state: DockState, installed: readonly InstalledRecord[], stored: readonly StoreEntry[]): void {
  const bundles = new Set(stored.filter(({ kind }) => kind === 'bundle').map(({ name }) => name))
  for (const { pluginId, active } of installed) {
    if (!bundles.has(active.address)) tell(state, { type: 'storageLost', pluginId, version: active.version })
  }
}

/** What another page uses stays until its last use ends, whoever has removed it. */
async function collectOrphans(
  { leases, clock }: Host,
  { bundles, records }: HostStores,
  found: Found,
  { stored, epoch }: { readonly stored: readonly StoreEntry[]; readonly epoch: number },
): Promise<void> {
  const named = found.installed.flatMap((plugin) => versionsOf(plugin).map((version) => version.address))
  const addresses = new Set([...named, ...(await leases.shared())])
  const unfinished = found.downloads.filter((record) => !SETTLED.has(record.state))
  const partials = new Set(unfinished.map((record) => record.plan?.partialKey))
  const tasks = new Set(unfinished.map((record) => record.taskId))
  const trials = new Set(found.installed.flatMap(trialNamesOf))
  const orphans: RecordChange[] = [
    ...keysWithout(found.keys, RECORD_KINDS.chunks, addresses),
    ...keysWithout(found.keys, RECORD_KINDS.source, addresses),
    ...keysWithout(found.keys, RECORD_KINDS.partial, partials),
    ...keysWithout(found.keys, RECORD_KINDS.manifest, tasks),
    ...keysWithout(found.keys, RECORD_KINDS.trial, trials),
  ].map((key) => ({ key, value: undefined }))
  // what cannot be removed now is no reason not to open: the next start tries again
  if (orphans.length > 0) await records.commit(orphans, { epoch }).catch(() => {})
  await sweepUnknown(bundles, stored, clock.now())
  for (const { kind, name } of stored) {
    // an install that was stopped between its seal and its commit finds its bytes under the partial's name
    if (kind === 'bundle' && !addresses.has(name) && !partials.has(name))
      await bundles.deleteBundle(name).catch(() => {})
    if (kind === 'partial' && !partials.has(name)) await bundles.deletePartial(name).catch(() => {})
  }
}

function trialNamesOf(plugin: InstalledRecord): string[] {
  const { pluginId } = plugin
  return versionsOf(plugin).map(({ address }) => trialKey({ pluginId, address }).slice(RECORD_KINDS.trial.length))
}

function keysWithout(keys: readonly string[], kind: string, known: ReadonlySet<string | undefined>): string[] {
  return keys.filter((key) => key.startsWith(kind) && !known.has(key.slice(kind.length)))
}
