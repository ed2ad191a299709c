import type { ChunkMap } from '../domain/chunks.js'
import {
  CancelledError,
  HttpStatusError,
  IntegrityError,
  NotInstalledError,
  type PluginDockError,
  StorageError,
} from '../domain/errors/index.js'
import { toFailure } from '../domain/failure.js'
import type { TransferMeter } from '../domain/progress.js'
import { RECORD_KINDS, readRecord, type SourceRecord, type VersionRecord } from '../domain/records.js'
import { retryDelayMs } from '../domain/retry.js'
import { pause } from '../domain/timeLimit.js'
import type { NamedVersion } from '../domain/versions.js'
import type { PartialBundle } from '../ports/bundleStore.js'
import type { TransferJob, Validator } from '../ports/transferEngine.js'
import { addressOf, chunkMapOf } from './bundlePlan.js'
import { chunksChange, mapOfBytes, readChunkMap } from './chunkMaps.js'
import { type DockState, storesOf } from './dockState.js'
import { abandonable } from './effect.js'
import { freshLinks } from './freshLinks.js'
import { exclusively } from './partials.js'
import { removeUnneeded, repairKeyOf } from './removal.js'
import { fetchManifest } from './resolve.js'
import { manifestUrl } from './sources.js'
import { donorsOf } from './transferActor.js'

const MAX_ATTEMPTS = 3
/** Somebody waits for the plugin: without a verified byte in this time nothing more is tried. */
const PATIENCE_MS = 30_000
/** A source that has said no is left alone for so long, however often somebody reads what is damaged. */
const REFUSED_MS = 10_000
const REFUSED_MAX_MS = 60 * 60 * 1000

/** By version: what its source said, and until when, on the monotonic clock, nobody asks it again. */
const refusals = new WeakMap<VersionRecord, { readonly error: PluginDockError; readonly until: number }>()

/**
 * Makes a damaged or missing bundle whole again: beside it a new one is built of its good chunks, of those that other
 * versions have, and of what only the network can give; then it takes the place of the damaged one. Whoever asks for
 * the same bundle meanwhile waits for the same repair. Rejects with a typed error that says why it failed; the stored
 * bytes are then what they were.
 */
export function repair(state: DockState, damaged: NamedVersion): Promise<void> {
  const { address } = damaged.version
  const running = state.repairs.get(address)
  if (running !== undefined) return running
  const refusal = refusals.get(damaged.version)
  if (refusal && state.host.clock.monotonic() < refusal.until) return Promise.reject(refusal.error)
  // known from here on, so that what begins while a dock closes is ended with all the rest
  const started = abandonable(state, repairKeyOf(address), (signal) => run(state, damaged, signal)).finally(() =>
    state.repairs.delete(address),
  )
  state.repairs.set(address, started)
  return started
}

async function run(state: DockState, damaged: NamedVersion, signal: AbortSignal): Promise<void> {
  const { engine } = storesOf(state)
  const { pluginId, version } = damaged
  const key = repairKeyOf(version.address)
  const release = await state.host.leases.share(version.address)
  try {
    if (signal.aborted) throw new CancelledError('The repair was stopped')
    await exclusively(state, key, () => rebuild(state, damaged, signal))
    state.repaired.next({ pluginId, version: version.version })
  } finally {
    engine.forget(key)
    release()
    // where the plugin was removed meanwhile, this may have been the last use
    await removeUnneeded(state, version.address)
  }
}

async function rebuild(state: DockState, damaged: NamedVersion, signal: AbortSignal): Promise<void> {
  const { address } = damaged.version
  const { records, bundles } = storesOf(state)
  assertInstalled(state, damaged)
  const source = readRecord<SourceRecord>(await records.get(RECORD_KINDS.source + address))
  if (!source) throw new StorageError('where it came from is not recorded')
  const recorded = await readChunkMap(state, address)
  const found = recorded ? undefined : await mapOfStored(state, address, source)
  if (found) return note(state, damaged, found)
  try {
    const known = recorded ?? (await mapOfManifest(state, address, source, signal))
    await fill(state, damaged, await jobOf(state, damaged, source, known), signal)
    await replace(state, damaged, known, source)
  } catch (error) {
    noteRefusal(state, damaged.version, error)
    // what was verified is of use to the next load, where that may have more luck
    if (!signal.aborted && !toFailure(error).retryable)
      await bundles.deletePartial(repairKeyOf(address)).catch(() => {})
    throw error
  }
}

function noteRefusal({ host }: DockState, version: VersionRecord, error: unknown): void {
  if (!(error instanceof HttpStatusError || error instanceof IntegrityError)) return
  const asked = error instanceof HttpStatusError ? error.retryAfterMs : undefined
  const refusedMs = toFailure(error).retryable ? 0 : REFUSED_MS
  const until = host.clock.monotonic() + Math.min(REFUSED_MAX_MS, asked ?? refusedMs)
  refusals.set(version, { error, until })
}

/** The map of the stored bundle, where only its record is damaged. */
async function mapOfStored(
  state: DockState,
  address: string,
  { lengths }: SourceRecord,
): Promise<ChunkMap | undefined> {
  const reader = await storesOf(state).bundles.openBundle(address)
  if (!reader) return undefined
  try {
    // what cannot be read is fetched
    return await checkedMap(state, reader, address, lengths).catch(() => undefined)
  } finally {
    await reader.close()
  }
}

/** The map, where its manifest still is at its place. It is fetched for that alone: the address decides. */
async function mapOfManifest(
  state: DockState,
  address: string,
  source: SourceRecord,
  signal: AbortSignal,
): Promise<ChunkMap | undefined> {
  if (source.manifestUrl === undefined) return undefined
  const now = state.trust.now(state.host.clock)
  // where it cannot be had, or speaks of another version by now, all bytes are fetched
  const fetched = await fetchManifest(state, source.manifestUrl, { signal, now }).catch(() => undefined)
  const map = fetched && chunkMapOf(fetched.manifest)
  return map && (await addressOf(map, state.host.digester)) === address ? map : undefined
}

async function jobOf(
  state: DockState,
  { pluginId, version: { address, sizeBytes, integrity } }: NamedVersion,
  { urls }: SourceRecord,
  map: ChunkMap | undefined,
): Promise<TransferJob> {
  const chunks = map?.serialize()
  const others = (await donorsOf(state, pluginId)).filter((donor) => donor.address !== address)
  return {
    taskId: repairKeyOf(address),
    partialKey: repairKeyOf(address),
    // what was allowed when it was installed may not be now
    urls: urls.map((url) => manifestUrl(url, state.sources).href),
    size: sizeBytes,
    integrity,
    chunks,
    donors: chunks ? [{ address, size: sizeBytes, chunks }, ...others] : [],
    validator: undefined,
    connections: state.connections,
    timeouts: state.timeouts,
  }
}

/** A few attempts, so that whoever waits for the plugin soon knows. */
async function fill(
  state: DockState,
  { pluginId, version: { version } }: NamedVersion,
  job: TransferJob,
  signal: AbortSignal,
): Promise<void> {
  const { engine } = storesOf(state)
  const { clock } = state.host
  const meter: TransferMeter = { bytesDownloaded: 0, bytesReused: 0, bytesTransferred: 0, lastByteAt: 0 }
  let validator: Validator | undefined
  const keepValidator = async (kept: Validator | undefined): Promise<void> => {
    validator = kept
  }
  const refreshUrl = freshLinks(state, { pluginId, version })
  let patientUntil = clock.monotonic() + PATIENCE_MS
  for (let attempt = 1; ; attempt++) {
    const outcome = await engine.transfer({ ...job, validator }, { meter, keepValidator, refreshUrl, signal })
    if (outcome.ok) return
    if (outcome.gainedBytes > 0) patientUntil = clock.monotonic() + PATIENCE_MS
    const delayMs = delayAfter(state, attempt, outcome.error)
    if (delayMs === undefined || clock.monotonic() + delayMs > patientUntil) throw outcome.error
    await pause(clock, delayMs, signal)
  }
}

/** `undefined` where another attempt would be of no use. */
function delayAfter({ host, settings }: DockState, attempt: number, error: PluginDockError): number | undefined {
  if (attempt >= MAX_ATTEMPTS || !toFailure(error).retryable || !host.conditions.current.online) return undefined
  const retryAfterMs = error instanceof HttpStatusError ? error.retryAfterMs : undefined
  return retryDelayMs(settings.retry, { attempt, entropy: host.clock.random(), retryAfterMs })
}

/** The whole file takes the place of the damaged one, unless nobody wants it any more. */
async function replace(
  state: DockState,
  damaged: NamedVersion,
  known: ChunkMap | undefined,
  { lengths }: SourceRecord,
): Promise<void> {
  const { address } = damaged.version
  const partial = await storesOf(state).bundles.openPartial(repairKeyOf(address))
  try {
    const map = known ?? (await checkedMap(state, partial, address, lengths))
    if (!map) throw new IntegrityError('The bundle at its source is another one than was installed', {})
    assertInstalled(state, damaged)
    await partial.seal(address)
    await note(state, damaged, map)
  } finally {
    await partial.close()
  }
}

async function checkedMap(
  { host }: DockState,
  bytes: Pick<PartialBundle, 'read' | 'size'>,
  address: string,
  lengths: SourceRecord['lengths'],
): Promise<ChunkMap | undefined> {
  const map = await mapOfBytes(bytes, lengths, host.digester)
  return map && (await addressOf(map, host.digester)) === address ? map : undefined
}

/** One commit says that the version is whole. Of one that was removed meanwhile nothing is written. */
async function note(state: DockState, damaged: NamedVersion, map: ChunkMap): Promise<void> {
  const { address } = damaged.version
  const repairedAt = state.host.clock.now()
  const isNoted = await storesOf(state).index.amend(
    { pluginId: damaged.pluginId, address },
    ({ damagedAt: _, ...version }) => ({ ...version, repairedAt }),
    [chunksChange(address, map)],
  )
  if (!isNoted) throw removed(damaged)
}

function assertInstalled(state: DockState, damaged: NamedVersion): void {
  if (!storesOf(state).index.has({ pluginId: damaged.pluginId, address: damaged.version.address }))
    throw removed(damaged)
}

function removed({ pluginId, version }: NamedVersion): NotInstalledError {
  return new NotInstalledError(`${pluginId} ${version.version} was removed meanwhile`, { pluginId })
}
