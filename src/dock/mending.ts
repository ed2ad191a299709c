import { type DockState, storesOf } from '../actors/dockState.js'
import { equalBytes } from '../domain/bytes.js'
import type { ChunkMap } from '../domain/chunks.js'
import { ClosedError, CorruptError } from '../domain/errors/index.js'
import { toFailure } from '../domain/failure.js'
import type { BadChunk } from '../domain/plugin.js'
import type { VersionRecord } from '../domain/records.js'
import type { NamedVersion } from '../domain/versions.js'
import { fallbacksOf } from '../domain/versionsOf.js'
import type { BundleReader } from '../ports/bundleStore.js'
import { openStored, type StoredBundle } from './storedBundle.js'

/** Versions with damage that was noted, and could not be repaired: what is read of them is still checked. */
const triedInVain = new WeakSet<VersionRecord>()

/** Opens a version, and repairs it first where it has to be. Rejects with `CorruptError` where that failed. */
export async function openMended(state: DockState, named: NamedVersion): Promise<StoredBundle> {
  const { version } = named
  const isNoted = version.damagedAt !== undefined
  if (isNoted && state.host.conditions.current.online && !triedInVain.has(version)) {
    // what is not touched may stay damaged
    await state.calls.make('plugins.repair', named).catch(() => triedInVain.add(version))
  }
  try {
    return await openStored(state, named)
  } catch (error) {
    if (!(error instanceof CorruptError)) throw error
    await repairOrTell(state, named, error)
    return openStored(state, named)
  }
}

/** How an open bundle gets whole again when a read finds it damaged. */
export function mendingFor(
  state: DockState,
  named: NamedVersion,
  map: ChunkMap,
): (damage: CorruptError) => Promise<BundleReader> {
  return async (damage) => {
    const other = await openSound(state, named, map, damage.badChunks)
    if (other) return other
    await repairOrTell(state, named, damage)
    return (await openStored(state, named)).reader
  }
}

/** A fresh look: somebody else may have repaired it since it was opened. */
async function openSound(
  state: DockState,
  named: NamedVersion,
  map: ChunkMap,
  badChunks: readonly BadChunk[],
): Promise<BundleReader | undefined> {
  const stored = await openStored(state, named).catch(() => undefined)
  if (!stored) return undefined
  const { reader } = stored
  for (const { index, offset, length } of badChunks) {
    const bytes = await reader.read(offset, length).catch(() => new Uint8Array())
    if (equalBytes(await state.host.digester.digest(bytes), map.digest(index))) continue
    await reader.close()
    return undefined
  }
  return reader
}

async function repairOrTell(state: DockState, named: NamedVersion, damage: CorruptError): Promise<void> {
  try {
    await state.calls.make('plugins.repair', named)
  } catch (cause) {
    if (state.shuttingDown !== undefined) throw new ClosedError('The dock was closed meanwhile', { cause })
    // what could only not be read is not damaged for certain
    if (damage.cause !== undefined) throw damage.cause
    const { code, message, retryable } = toFailure(cause)
    const remedy =
      REMEDIES[code] ?? (retryable ? 'Load it again with a connection' : 'Remove it, then install it again')
    const { pluginId, version, badChunks } = damage
    await noteDamage(state, named).catch(() => {})
    const told = `${damage.message}, and could not be repaired (${message}). ${remedy}`
    throw new CorruptError(told, { pluginId, version, badChunks }, { cause })
  }
}

/** So that the next load takes another version, where there is one. */
async function noteDamage(state: DockState, named: NamedVersion): Promise<void> {
  const { pluginId, version } = named
  const { index } = storesOf(state)
  const plugin = index.get(pluginId)
  if (!plugin || plugin.active.address !== version.address || fallbacksOf(plugin).length === 0) return
  await state.calls.make('plugins.noteDamage', named, true)
}

/** What to do where neither a connection nor another install is the answer. */
const REMEDIES: { readonly [code in string]?: string } = {
  'storage-full': 'Make room, then load it again',
}
