import type { EffectInput, EffectReport } from '../../machines/download.types.js'
import { ChunkMap } from '../domain/chunks.js'
import { ArchiveError, CancelledError, IntegrityError, UnsupportedError } from '../domain/errors/index.js'
import { type InstalledRecord, RECORD_KINDS, type SourceRecord, type VersionRecord } from '../domain/records.js'
import { withActive } from '../domain/versions.js'
import type { PartialBundle } from '../ports/bundleStore.js'
import type { RecordChange } from '../ports/recordStore.js'
import { assertAcceptable } from './acceptance.js'
import { adoptSealed, type Sealable } from './adoption.js'
import { resourcesOf } from './attempts.js'
import { addressOf, bundleUrls, chunkMapOf } from './bundlePlan.js'
import { chunksChange } from './chunkMaps.js'
import { type DockState, storesOf } from './dockState.js'
import { versionsOf } from './installedIndex.js'
import { INLINE } from './intake.js'
import { discardPartial, exclusively, withPartial } from './partials.js'
import { removeUnneeded } from './removal.js'
import { shortOr, withRoom } from './room.js'
import { type Planned, readPlanned } from './transferActor.js'
import { wholly } from './wholeWork.js'

/** Checks the archive before anything of it counts. What is refused is removed: to keep it would help nobody. */
export async function verifyBundle(
  state: DockState,
  record: EffectInput['record'],
  signal: AbortSignal,
): Promise<EffectReport<'verify'>> {
  try {
    const planned = await readPlanned(state, record, signal)
    // what has its name already was checked before it got it
    const isSealed = resourcesOf(state, record).sealed?.partialKey === planned.plan.partialKey
    if (!isSealed) await inspect(state, record, planned, signal)
    return { type: 'bundle.verified' }
  } catch (error) {
    forgetKept(state, record)
    return shortOr(state, record, error, (attempt) => ({ type: 'bundle.rejected', attempt }))
  }
}

async function inspect(
  state: DockState,
  record: EffectInput['record'],
  { plan, kept }: Planned,
  signal: AbortSignal,
): Promise<void> {
  const bundle = await sealableOf(state, record, { plan, kept })
  try {
    await withFilled(state, record, bundle, signal, async (partial) => {
      await state.inspectBundle(partial, bundle.map, kept.manifest, signal)
      await partial.close({ opensAgain: true })
    })
  } catch (error) {
    const isRefused = error instanceof ArchiveError || error instanceof UnsupportedError
    if (isRefused) await discardPartial(state, record.taskId, plan.partialKey)
    throw error
  }
}

/** Seals the bytes under their address, switches the active version in one commit, then removes what it replaced. */
export async function installBundle(
  state: DockState,
  record: EffectInput['record'],
  signal: AbortSignal,
): Promise<EffectReport<'install'>> {
  try {
    const planned = await readPlanned(state, record, signal)
    assertAcceptable(state, { plan: planned.plan, opened: planned.kept }, record.allowDowngrade === true)
    const shortage = await withRoom(state, record, () => install(state, record, planned, signal))
    if (shortage) return { type: 'space.short', shortage, gainedBytes: 0 }
    state.space.trust()
    // a person has just said that it is wanted: now a browser that asks its user is answered
    if (record.initiator === 'user') void state.host.persist?.()
    return { type: 'bundle.installed' }
  } catch (error) {
    return shortOr(state, record, error, (attempt) => ({ type: 'install.failed', attempt }))
  } finally {
    forgetKept(state, record)
  }
}

function forgetKept(state: DockState, { taskId }: EffectInput['record']): void {
  const resources = state.tasks.get(taskId)
  if (resources) resources.kept = undefined
}

async function install(
  state: DockState,
  record: EffectInput['record'],
  planned: Planned,
  signal: AbortSignal,
): Promise<void> {
  const resources = resourcesOf(state, record)
  const bundle = await sealableOf(state, record, planned)
  const { partialKey, address, map } = bundle
  // held from before the bytes have their name until a record names them: nobody takes them for unneeded
  const release = await state.host.leases.share(address)
  const commit = async (): Promise<void> => {
    if (signal.aborted) throw new CancelledError('The install was stopped')
    if (resources.sealed?.partialKey !== partialKey) {
      await withFilled(state, record, bundle, signal, (partial) => partial.seal(address))
      resources.sealed = { partialKey, address }
    }
    await activate(state, { ...planned, source: record.source }, map, address)
    resources.sealed = undefined
  }
  await wholly(state, commit).finally(release)
}

async function sealableOf(state: DockState, record: EffectInput['record'], { plan, kept }: Planned): Promise<Sealable> {
  const map = provenMap(state, record, kept)
  const address = await addressOf(map, state.host.digester)
  return { partialKey: plan.partialKey, address, map, manifest: kept.manifest }
}

/**
 * Uses the partial that was filled; nothing where a download of another plugin, that has filled the same one, has sealed
 * it meanwhile: then the bytes are taken over as they lie.
 */
async function withFilled(
  state: DockState,
  record: EffectInput['record'],
  bundle: Sealable,
  signal: AbortSignal,
  use: (partial: PartialBundle) => Promise<void>,
): Promise<void> {
  const { partialKey, map } = bundle
  const isFilled = await withPartial(state, partialKey, async (partial) => {
    if (partial.size !== map.size) return false
    await use(partial)
    return true
  })
  if (isFilled || (await exclusively(state, partialKey, () => adoptSealed(state, record, bundle, signal)))) return
  throw new IntegrityError('The bytes of the bundle are not there any more', {})
}

/** The manifest's map, or the one that was made while the whole digest was proven. */
function provenMap(state: DockState, record: EffectInput['record'], { manifest }: Planned['kept']): ChunkMap {
  const made = resourcesOf(state, record).madeChunks
  const map = chunkMapOf(manifest) ?? (made && ChunkMap.from(manifest.bundle.size, made))
  if (!map) throw new IntegrityError('The bundle was not read to its end', {})
  return map
}

async function activate(
  state: DockState,
  { plan, kept, source }: Planned & { readonly source: string },
  map: ChunkMap,
  address: string,
): Promise<void> {
  const { index } = storesOf(state)
  const also: RecordChange[] = [
    chunksChange(address, map),
    {
      key: RECORD_KINDS.source + address,
      value: {
        v: 1,
        urls: bundleUrls(kept.manifest, kept.baseUrl, state.sources.allowedOrigins),
        ...(source.startsWith(INLINE) ? {} : { manifestUrl: source }),
        lengths: map.lengths,
      } satisfies SourceRecord,
    },
    { key: RECORD_KINDS.partial + plan.partialKey, value: undefined },
  ]
  const before = await index.update(plan.pluginId, (installed) => nextRecord(state, kept, address, installed), also)
  for (const version of before ? versionsOf(before) : []) await removeUnneeded(state, version.address)
}

function nextRecord(
  state: DockState,
  { manifest, signedBy }: Planned['kept'],
  address: string,
  installed: InstalledRecord | undefined,
): InstalledRecord {
  const { id: pluginId, version, name, entry, bundle } = manifest
  const known = installed && versionsOf(installed).find((other) => other.address === address)
  const active: VersionRecord = {
    version,
    name,
    address,
    sizeBytes: bundle.size,
    format: bundle.format,
    entry,
    integrity: bundle.integrity,
    // without chunks it is what they were made under
    ...(bundle.chunks ? {} : { isWholeProven: true }),
    ...(signedBy.length > 0 ? { signedBy } : {}),
    installedAt: state.host.clock.now(),
    // what was confirmed is the same code again
    health: known?.version === version && known.health === 'healthy' ? 'healthy' : 'untried',
  }
  return withActive(installed, active, { pluginId, keep: state.keepPreviousVersions })
}
