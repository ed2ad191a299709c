import type { EffectInput, EffectReport, Shortage } from '../../machines/download.types.js'
import { StorageFullError } from '../domain/errors/index.js'
import type { BundleDescription } from '../domain/manifest.js'
import { type DownloadPlan, type PartialRecord, RECORD_KINDS, readRecord } from '../domain/records.js'
import { untilAborted } from '../domain/timeLimit.js'
import type { TransferJob, TransferOutcome, Validator } from '../ports/transferEngine.js'
import { assertAcceptable } from './acceptance.js'
import { adoptSealed } from './adoption.js'
import { failedAttempt, resourcesOf } from './attempts.js'
import { bundleUrls, chunkMapOf, isSameBundle } from './bundlePlan.js'
import { readChunkMap } from './chunkMaps.js'
import { type DockState, storesOf, type TaskResources } from './dockState.js'
import { freshLinks } from './freshLinks.js'
import { versionsOf } from './installedIndex.js'
import { type KeptManifest, manifestIsLost, readKeptManifest } from './keptManifest.js'
import { discardPartial, exclusively } from './partials.js'
import { afterRefusal, reserve, shortOr } from './room.js'

/** Fills the partial until every byte is there and proven; not where the bundle was installed since it was planned. */
export async function transfer(
  state: DockState,
  record: EffectInput['record'],
  signal: AbortSignal,
): Promise<EffectReport<'transfer'>> {
  const resources = resourcesOf(state, record)
  // read anew each time; who checks and installs it needs not read it again
  resources.kept = undefined
  const report = await fill(state, record, resources, signal)
  if (report.type !== 'transfer.completed') resources.kept = undefined
  return report
}

async function fill(
  state: DockState,
  record: EffectInput['record'],
  resources: TaskResources,
  signal: AbortSignal,
): Promise<EffectReport<'transfer'>> {
  try {
    const planned = await readPlanned(state, record, signal)
    // since it was planned another version may have failed, or been found to work
    assertAcceptable(state, { plan: planned.plan, opened: planned.kept }, record.allowDowngrade === true)
    if (isInstalled(state, planned)) return await foundBundle(state, record.taskId, planned)
    if (await isSealed(state, resources, planned)) return { type: 'transfer.completed' }
    const { partialKey } = planned.plan
    if (await exclusively(state, partialKey, () => adopt(state, record, planned, signal)))
      return { type: 'transfer.completed' }
    const { outcome, shortage, gainedBytes } = await exclusively(state, partialKey, async () => {
      const filled = await runWithRoom(state, record, planned, signal)
      // before the partial counts as closed: whoever waits for that flushes the journal next
      if (signal.aborted) state.journal.counted(record.taskId)
      return filled
    })
    if (shortage) return { type: 'space.short', shortage, gainedBytes }
    if (!outcome.ok) {
      // what fits the chunks of a manifest that contradicts itself must not pass for a download half done
      if (outcome.error.code === 'manifest') await discardPartial(state, record.taskId, planned.plan.partialKey)
      return { type: 'transfer.failed', attempt: failedAttempt(state, record, outcome.error, gainedBytes) }
    }
    resources.madeChunks = outcome.chunks
    return { type: 'transfer.completed' }
  } catch (error) {
    return shortOr(state, record, error, (attempt) => ({ type: 'transfer.failed', attempt }))
  }
}

/** A download's plan and the manifest that it was made from: the whole install is bound to this one. */
export interface Planned {
  readonly plan: DownloadPlan
  readonly kept: KeptManifest
}

export async function readPlanned(
  state: DockState,
  record: EffectInput['record'],
  signal: AbortSignal,
): Promise<Planned> {
  const { plan } = record
  const kept = await readKeptManifest(state, record, signal)
  if (plan?.pluginId !== kept.manifest.id || plan.version !== kept.manifest.version) throw manifestIsLost()
  return { plan, kept }
}

/** By another download of it, or by this one, in a process that ended before it could say so. */
function isInstalled(state: DockState, { plan, kept }: Planned): boolean {
  return isSameBundle(plan, kept.manifest, storesOf(state).index.get(plan.pluginId))
}

async function foundBundle(state: DockState, taskId: string, { plan }: Planned): Promise<{ type: 'bundle.found' }> {
  await discardPartial(state, taskId, plan.partialKey)
  return { type: 'bundle.found' }
}

type Filled =
  | { readonly outcome: TransferOutcome; readonly shortage?: undefined; readonly gainedBytes: number }
  | { readonly outcome?: undefined; readonly shortage: Shortage; readonly gainedBytes: number }

/** Moves bytes while there is room; where a write was refused all the same, once more after room was made. */
async function runWithRoom(
  state: DockState,
  record: EffectInput['record'],
  planned: Planned,
  signal: AbortSignal,
): Promise<Filled> {
  const missing = await reserve(state, record, planned.plan, signal)
  if (signal.aborted) state.space.release(record.taskId)
  if (missing) return { shortage: missing, gainedBytes: 0 }
  for (let gainedBytes = 0, isFirst = true; ; isFirst = false) {
    const outcome = await run(state, record, planned, signal)
    if (!outcome.ok) gainedBytes += outcome.gainedBytes
    if (outcome.ok || !(outcome.error instanceof StorageFullError)) return { outcome, gainedBytes }
    const shortage = await afterRefusal(state, record, isFirst)
    if (shortage) return { shortage, gainedBytes }
  }
}

/** Its bytes were all there before, and only their record could not be written. */
async function isSealed(state: DockState, { sealed }: TaskResources, { plan }: Planned): Promise<boolean> {
  if (sealed?.partialKey !== plan.partialKey) return false
  const reader = await storesOf(state).bundles.openBundle(sealed.address)
  await reader?.close()
  return reader !== undefined
}

/** A bundle without chunks has no name before all of it was read. */
async function adopt(
  state: DockState,
  record: EffectInput['record'],
  { plan: { partialKey }, kept: { manifest } }: Planned,
  signal: AbortSignal,
): Promise<boolean> {
  const map = chunkMapOf(manifest)
  return map !== undefined && adoptSealed(state, record, { partialKey, address: partialKey, map, manifest }, signal)
}

async function run(
  state: DockState,
  record: EffectInput['record'],
  planned: Planned,
  signal: AbortSignal,
): Promise<TransferOutcome> {
  const { engine, resumed } = storesOf(state)
  await untilAborted(resumed ?? Promise.resolve(), signal)
  const { meter } = resourcesOf(state, record)
  const { partialKey } = planned.plan
  engine.limit(record.limitBytesPerSecond, record.taskId)
  const job = await jobOf(state, record.taskId, planned)
  try {
    return await engine.transfer(job, {
      meter,
      keepValidator: (validator) => keepValidator(state, partialKey, validator),
      refreshUrl: freshLinks(state, planned.plan),
      chunks: state.running.watch(job),
      signal,
    })
  } finally {
    state.running.end(record.taskId)
  }
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
    donors: [...(await donorsOf(state, plan.pluginId)), ...sealedBefore(plan, bundle)],
    validator: bundle.chunks ? undefined : await readValidator(state, plan.partialKey),
    connections: state.connections,
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
export async function donorsOf(state: DockState, pluginId: string): Promise<TransferJob['donors']> {
  const installed = storesOf(state).index.get(pluginId)
  const donors: TransferJob['donors'][number][] = []
  for (const { address } of installed ? versionsOf(installed) : []) {
    const map = await readChunkMap(state, address)
    if (map) donors.push({ address, size: map.size, chunks: map.serialize() })
  }
  return donors
}

/** Bytes that have the bundle's own name already: those of an install that was stopped before its commit. */
function sealedBefore({ partialKey }: DownloadPlan, { size, chunks }: BundleDescription): TransferJob['donors'] {
  return chunks ? [{ address: partialKey, size, chunks, isOwn: true }] : []
}
