import type { DownloadActors, EffectInput } from '../../machines/download.types.js'
import { ManifestError } from '../domain/errors/index.js'
import {
  type ChunksRecord,
  type DownloadPlan,
  type ManifestRecord,
  type PartialRecord,
  RECORD_KINDS,
  readRecord,
} from '../domain/records.js'
import type { TransferJob, TransferOutcome, Validator } from '../ports/transferEngine.js'
import { failedAttempt, resourcesOf } from './attempts.js'
import { bundleUrls } from './bundlePlan.js'
import { type DockState, storesOf } from './dockState.js'
import { effect } from './effect.js'
import { versionsOf } from './installedIndex.js'
import { exclusively } from './partials.js'

/** Fills the partial until every byte is there and proven. */
export function createTransfer(state: DockState): DownloadActors['transfer'] {
  return effect(state, async (record, signal) => {
    const resources = resourcesOf(state, record)
    try {
      const planned = await readPlanned(state, record)
      const outcome = await exclusively(state, planned.plan.partialKey, () => run(state, record, planned, signal))
      if (signal.aborted) state.journal.touch(record.taskId)
      if (!outcome.ok) {
        return { type: 'transfer.failed', attempt: failedAttempt(state, record, outcome.error, outcome.gainedBytes) }
      }
      resources.madeChunks = outcome.chunks
      return { type: 'transfer.completed' }
    } catch (error) {
      return { type: 'transfer.failed', attempt: failedAttempt(state, record, error) }
    }
  })
}

/** A download's plan and the manifest that it was made from: the whole install is bound to this one. */
export interface Planned {
  readonly plan: DownloadPlan
  readonly kept: ManifestRecord
}

export async function readPlanned(state: DockState, { plan, taskId }: EffectInput['record']): Promise<Planned> {
  const kept = readRecord<ManifestRecord>(await storesOf(state).records.get(RECORD_KINDS.manifest + taskId))
  if (plan && kept) return { plan, kept }
  throw new ManifestError('The manifest of this download was not kept; start it anew', { issues: ['is lost'] })
}

async function run(
  state: DockState,
  record: EffectInput['record'],
  planned: Planned,
  signal: AbortSignal,
): Promise<TransferOutcome> {
  const { engine } = storesOf(state)
  const { meter } = resourcesOf(state, record)
  const { partialKey } = planned.plan
  engine.limit(record.limitBytesPerSecond, record.taskId)
  return engine.transfer(await jobOf(state, record.taskId, planned), {
    meter,
    keepValidator: (validator) => keepValidator(state, partialKey, validator),
    signal,
  })
}

async function jobOf(state: DockState, taskId: string, { plan, kept }: Planned): Promise<TransferJob> {
  const { bundle } = kept.manifest
  return {
    taskId,
    partialKey: plan.partialKey,
    urls: bundleUrls(kept.manifest, kept.baseUrl, state.sources.allowedOrigins),
    size: bundle.size,
    integrity: bundle.integrity,
    chunks: bundle.chunks,
    donors: await donorsOf(state, plan.pluginId),
    validator: await readValidator(state, plan.partialKey),
    timeouts: state.timeouts,
  }
}

async function readValidator(state: DockState, partialKey: string): Promise<Validator | undefined> {
  const record = readRecord<PartialRecord>(await storesOf(state).records.get(RECORD_KINDS.partial + partialKey))
  return record && { url: record.url, etag: record.etag }
}

async function keepValidator(state: DockState, partialKey: string, validator: Validator | undefined): Promise<void> {
  const { records, epoch } = storesOf(state)
  const value = validator && ({ v: 1, ...validator } satisfies PartialRecord)
  await records.commit([{ key: RECORD_KINDS.partial + partialKey, value }], { epoch })
}

/** The plugin's versions on disk, of which chunks can be taken. */
async function donorsOf(state: DockState, pluginId: string): Promise<TransferJob['donors']> {
  const { records, index } = storesOf(state)
  const installed = index.get(pluginId)
  const donors: TransferJob['donors'][number][] = []
  for (const { address } of installed ? versionsOf(installed) : []) {
    const record = readRecord<ChunksRecord>(await records.get(RECORD_KINDS.chunks + address))
    if (record) donors.push({ address, size: record.size, chunks: record.map })
  }
  return donors
}
