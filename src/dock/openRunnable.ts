import { type DockState, storesOf } from '../actors/dockState.js'
import { CorruptError } from '../domain/errors/index.js'
import type { InstalledRecord } from '../domain/records.js'
import type { NamedVersion } from '../domain/versions.js'
import { fallbacksOf } from '../domain/versionsOf.js'
import { installedRecord } from './installedRecord.js'
import { assertRunnable } from './loadHealth.js'
import { type OpenedVersion, openActive, openOther } from './openVersion.js'

/** What it takes to hand a version out; rejects with `CorruptError` where its bytes are damaged. */
type Prepare<T> = (opened: OpenedVersion) => Promise<T>

/**
 * Opens the active version. Where it is damaged beyond repair, the newest healthy version that is whole takes its place.
 * Rejects with `NotInstalledError`, with `QuarantinedError` where it failed, and with `CorruptError` that says what was
 * tried.
 */
export async function openRunnable<T>(state: DockState, pluginId: string, prepare: Prepare<T>): Promise<T> {
  assertRunnable(state, { pluginId, version: installedRecord(state, pluginId).active })
  try {
    const opened = await openActive(state, pluginId, 'repair')
    // what of it is whole is better than nothing
    return (await instead(state, opened, prepare)) ?? (await prepared(opened, prepare))
  } catch (error) {
    if (!(error instanceof CorruptError)) throw error
    return await fallBack(state, pluginId, error, prepare)
  }
}

/** Another version for one with damage that was noted and could not be repaired. */
async function instead<T>(state: DockState, opened: OpenedVersion, prepare: Prepare<T>): Promise<T | undefined> {
  const { pluginId } = opened.record
  const record = storesOf(state).index.get(pluginId)
  if (record?.active.address !== opened.version.address || record.active.damagedAt === undefined) return undefined
  try {
    const other = await openFallback(state, record, prepare)
    if (other !== undefined) await opened.close()
    return other
  } catch (error) {
    await opened.close()
    throw error
  }
}

async function fallBack<T>(state: DockState, pluginId: string, damage: CorruptError, prepare: Prepare<T>): Promise<T> {
  const record = storesOf(state).index.get(pluginId)
  if (!record || record.active.version !== damage.version) throw damage
  const other = await openFallback(state, record, prepare)
  if (other !== undefined) return other
  const tried = fallbacksOf(record).map(({ version }) => version)
  if (tried.length === 0) throw damage
  const { version, badChunks } = damage
  const told = `${damage.message}. What was before it (${tried.join(', ')}) is damaged as well`
  throw new CorruptError(told, { pluginId, version, badChunks }, { cause: damage })
}

/** The newest healthy version that is whole; from then on it is the active one. */
async function openFallback<T>(state: DockState, record: InstalledRecord, prepare: Prepare<T>): Promise<T | undefined> {
  const damaged: NamedVersion = { pluginId: record.pluginId, version: record.active }
  for (const version of fallbacksOf(record)) {
    const opened = await openOther(state, record, version)
    const ready = opened && (await preparedOrNone(opened, prepare))
    if (ready === undefined) continue
    await state.calls.make('plugins.stepBack', damaged, version)
    state.trials.abandon(damaged)
    return ready
  }
  return undefined
}

async function preparedOrNone<T>(opened: OpenedVersion, prepare: Prepare<T>): Promise<T | undefined> {
  try {
    return await prepared(opened, prepare)
  } catch (error) {
    if (error instanceof CorruptError) return undefined
    throw error
  }
}

async function prepared<T>(opened: OpenedVersion, prepare: Prepare<T>): Promise<T> {
  try {
    return await prepare(opened)
  } catch (error) {
    await opened.close()
    throw error
  }
}
