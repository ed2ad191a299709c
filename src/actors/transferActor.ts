import type { DownloadActors, EffectInput } from '../../machines/download.types.js'
import { ChunkMap } from '../domain/chunks.js'
import { ManifestError } from '../domain/errors/index.js'
import { parseIntegrity } from '../domain/integrity.js'
import {
  type ChunksRecord,
  type DownloadPlan,
  type ManifestRecord,
  type PartialRecord,
  RECORD_KINDS,
  readRecord,
} from '../domain/records.js'
import { transfer } from '../engine/transfer.js'
import type { TransferOrder, Validator } from '../engine/transferOrder.js'
import type { BundleReader } from '../ports/bundleStore.js'
import { failedAttempt, resourcesOf } from './attempts.js'
import { bundleUrls, chunkMapOf } from './bundlePlan.js'
import { type DockState, storesOf } from './dockState.js'
import { versionsOf } from './installedIndex.js'
import { withPartial } from './partials.js'
import { reporting } from './reporting.js'

/** Fills the partial until every byte is there and proven. */
export function createTransfer(state: DockState): DownloadActors['transfer'] {
  return reporting(async ({ record }: EffectInput, signal) => {
    try {
      const kept = await readPlanned(state, record)
      await withPartial(state, kept.plan.partialKey, async (partial) => {
        signal.throwIfAborted()
        const donors = await openDonors(state, kept.plan.pluginId)
        try {
          await transfer(await orderFor(state, record, kept, { partial, donors, signal }), state.host)
        } finally {
          for (const { reader } of donors) await reader.close()
        }
      })
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

async function orderFor(
  state: DockState,
  record: EffectInput['record'],
  { plan, kept: { manifest, baseUrl } }: Planned,
  given: Pick<TransferOrder, 'partial' | 'donors' | 'signal'>,
): Promise<TransferOrder> {
  const { meter, session, limiter } = resourcesOf(state, record)
  const integrity = parseIntegrity(manifest.bundle.integrity)
  if (!integrity) throw new ManifestError('The kept manifest cannot be read', { issues: ['bundle.integrity'] })
  return {
    ...given,
    urls: bundleUrls(manifest, baseUrl, state.sources.allowedOrigins),
    size: manifest.bundle.size,
    integrity,
    map: chunkMapOf(manifest),
    validator: await readValidator(state, plan.partialKey),
    keepValidator: (validator) => keepValidator(state, plan.partialKey, validator),
    session,
    meter,
    limiters: [limiter, state.limiter],
    timeouts: state.timeouts,
  }
}

async function readValidator(state: DockState, partialKey: string): Promise<Validator | undefined> {
  return readRecord<PartialRecord>(await storesOf(state).records.get(RECORD_KINDS.partial + partialKey))
}

async function keepValidator(state: DockState, partialKey: string, validator: Validator | undefined): Promise<void> {
  const { records, epoch } = storesOf(state)
  const value = validator && ({ v: 1, ...validator } satisfies PartialRecord)
  await records.commit([{ key: RECORD_KINDS.partial + partialKey, value }], { epoch })
}

/** The plugin's versions on disk, of which chunks can be taken. */
async function openDonors(state: DockState, pluginId: string): Promise<{ reader: BundleReader; map: ChunkMap }[]> {
  const { bundles, records, index } = storesOf(state)
  const installed = index.get(pluginId)
  const donors: { reader: BundleReader; map: ChunkMap }[] = []
  for (const { address } of installed ? versionsOf(installed) : []) {
    const record = readRecord<ChunksRecord>(await records.get(RECORD_KINDS.chunks + address))
    const reader = record && (await bundles.openBundle(address))
    if (reader) donors.push({ reader, map: ChunkMap.from(record.size, record.map) })
  }
  return donors
}
