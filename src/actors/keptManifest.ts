import type { EffectInput } from '../../machines/download.types.js'
import { isEnvelope } from '../domain/envelope.js'
import { ManifestError } from '../domain/errors/index.js'
import { type ManifestRecord, RECORD_KINDS, readRecord } from '../domain/records.js'
import { assertNotExpired } from './bundlePlan.js'
import { type DockState, storesOf } from './dockState.js'
import { type OpenedManifest, openFreshManifest } from './openManifest.js'
import { updateTimeOf } from './updateTime.js'

/** A manifest that a download is bound to. */
export interface KeptManifest extends OpenedManifest {
  /** What relative bundle URLs are resolved against. */
  readonly baseUrl?: string | undefined
}

/**
 * The manifest that a download was begun with, by the keys that are good now. Throws `ManifestError` where it is not there
 * any more, `SignatureError` where it would not be accepted any more, and `ExpiredError`.
 */
export async function readKeptManifest(
  state: DockState,
  record: EffectInput['record'],
  signal: AbortSignal,
): Promise<KeptManifest> {
  const resources = state.tasks.get(record.taskId)
  const { value, baseUrl, kept } = await readKept(state, record.taskId, resources?.kept)
  if (resources && !signal.aborted) resources.kept = kept
  const now = updateTimeOf(state, record)
  // without keys, what was read once says nothing new
  const isOpen = !state.trust.rules && !isEnvelope(kept.manifest)
  const opened = isOpen ? { ...kept, signedBy: [] } : await openFreshManifest(state, value, { now }, signal)
  assertNotExpired(opened.manifest, now)
  return { ...opened, baseUrl }
}

/** What was recorded, as it was offered. `known`: where it was read already. */
export async function readKept(
  state: DockState,
  taskId: string,
  known?: ManifestRecord,
): Promise<{ readonly value: unknown; readonly baseUrl: string | undefined; readonly kept: ManifestRecord }> {
  const kept = known ?? readRecord<ManifestRecord>(await storesOf(state).records.get(RECORD_KINDS.manifest + taskId))
  if (!kept) throw manifestIsLost()
  return { value: kept.signed ?? kept.manifest, baseUrl: kept.baseUrl, kept }
}

export function manifestIsLost(): ManifestError {
  return new ManifestError('The manifest of this download was not kept; start it anew', { issues: ['is lost'] })
}
