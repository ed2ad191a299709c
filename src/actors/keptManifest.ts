import { ManifestError } from '../domain/errors/index.js'
import { type ManifestRecord, RECORD_KINDS, readRecord } from '../domain/records.js'
import { type DockState, storesOf } from './dockState.js'

/** The manifest that a download was begun with. Throws `ManifestError` where it is not there any more. */
export async function readKeptManifest(state: DockState, taskId: string): Promise<ManifestRecord> {
  const kept = readRecord<ManifestRecord>(await storesOf(state).records.get(RECORD_KINDS.manifest + taskId))
  if (kept) return kept
  throw manifestIsLost()
}

export function manifestIsLost(): ManifestError {
  return new ManifestError('The manifest of this download was not kept; start it anew', { issues: ['is lost'] })
}
