import type { DockState } from '../actors/dockState.js'
import { matchesIntegrity, parseIntegrity } from '../domain/integrity.js'
import type { VerificationReport } from '../domain/plugin.js'
import type { InstalledRecord } from '../domain/records.js'
import { openActive } from './openVersion.js'
import type { VerifyOptions } from './storageTypes.js'

/** Reads all of the active version, and tells what of it is damaged. */
export async function verifyStored(
  state: DockState,
  pluginId: string,
  { onProgress }: VerifyOptions,
): Promise<VerificationReport> {
  const { record, bundle, close } = await openActive(state, pluginId, 'tell')
  const { version, integrity: claimed, sizeBytes: totalBytes, isWholeProven } = record.active
  try {
    const integrity = isWholeProven ? undefined : parseIntegrity(claimed)
    const whole = integrity && state.host.digester.createHash(integrity.algorithm)
    const check = await bundle.verify({
      pass: whole && ((piece) => whole.update(piece)),
      onProgress: (bytesChecked) => onProgress?.({ bytesChecked, totalBytes }),
    })
    const isSound = check.badChunks.length === 0
    const isWhole = !integrity || !whole || matchesIntegrity(integrity, whole.digest())
    await noteDamage(state, record, !isSound)
    if (whole && isSound && isWhole) await noteProof(state, record)
    return { pluginId, version, ...check, ok: isSound && isWhole }
  } finally {
    await close()
  }
}

/** So that the next load repairs all of it, and not only what it happens to read. */
async function noteDamage(state: DockState, { pluginId, active }: InstalledRecord, isDamaged: boolean): Promise<void> {
  if (isDamaged === (active.damagedAt !== undefined)) return
  const noted = state.calls.make('plugins.noteDamage', { pluginId, version: active }, isDamaged)
  // what was found is told, also where it cannot be written
  await noted.catch(() => {})
}

/** The chunks that were right now have this digest whenever they are right: nobody needs to hash the whole again. */
async function noteProof(state: DockState, { pluginId, active }: InstalledRecord): Promise<void> {
  // what is not noted is hashed again
  await state.calls.make('plugins.noteProof', { pluginId, version: active }).catch(() => {})
}
