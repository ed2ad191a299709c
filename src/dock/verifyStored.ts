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
  const { version, integrity: claimed, sizeBytes: totalBytes } = record.active
  let bytesChecked = 0
  try {
    const integrity = parseIntegrity(claimed)
    const whole = integrity && state.host.digester.createHash(integrity.algorithm)
    const check = await bundle.verify((piece) => {
      whole?.update(piece)
      bytesChecked += piece.length
      onProgress?.({ bytesChecked, totalBytes })
    })
    const isWhole = !integrity || !whole || matchesIntegrity(integrity, whole.digest())
    await note(state, record, check.badChunks.length > 0)
    return { pluginId, version, ...check, ok: check.badChunks.length === 0 && isWhole }
  } finally {
    await close()
  }
}

/** So that the next load repairs all of it, and not only what it happens to read. */
async function note(state: DockState, { pluginId, active }: InstalledRecord, isDamaged: boolean): Promise<void> {
  if (isDamaged === (active.damagedAt !== undefined)) return
  const noted = state.calls.make('plugins.noteDamage', { pluginId, version: active }, isDamaged)
  // what was found is told, also where it cannot be written
  await noted.catch(() => {})
}
