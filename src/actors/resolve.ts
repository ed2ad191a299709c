import type { EffectInput, EffectReport } from '../../machines/download.types.js'
import { ENVELOPE_MAX_BYTES } from '../domain/envelope.js'
import type { FailedAttempt } from '../domain/failedAttempt.js'
import { type PluginManifest, readManifestDocument } from '../domain/manifest.js'
import { type DownloadPlan, type ManifestRecord, RECORD_KINDS, readRecord } from '../domain/records.js'
import { readDocument } from '../engine/readDocument.js'
import { assertAcceptable, type Candidate } from './acceptance.js'
import { failedAttempt } from './attempts.js'
import { assertNotExpired, bundleUrls, isSameBundle, planOf } from './bundlePlan.js'
import { type DockState, storesOf } from './dockState.js'
import { type KeptManifest, readKept } from './keptManifest.js'
import { refreshKeys } from './keyLists.js'
import { openFreshManifest } from './openManifest.js'
import { discardPartial } from './partials.js'
import { withReusable } from './reusable.js'
import { shortOr } from './room.js'
import { manifestUrl } from './sources.js'
import { noteTrusted } from './trustNotes.js'
import { beginUpdate } from './updateTime.js'

/** Reads the manifest, checks it, keeps it for the whole install, and says what is to be downloaded. */
export async function resolve(
  state: DockState,
  record: EffectInput['record'],
  signal: AbortSignal,
): Promise<EffectReport<'resolve'>> {
  try {
    const reading = { signal, now: beginUpdate(state, record) }
    const read = record.source.startsWith('inline:') ? readInline(state, record, reading) : undefined
    const opened = await (read ?? fetchManifest(state, record.source, reading))
    return await plan(state, record, opened, reading.now)
  } catch (error) {
    return shortOr(state, record, error, (attempt) => ({ type: 'manifest.failed', attempt }))
  }
}

async function plan(state: DockState, record: EffectInput['record'], opened: KeptManifest, now: number) {
  const { index, records, epoch } = storesOf(state)
  const { digester } = state.host
  const { manifest, signed, baseUrl } = opened
  assertNotExpired(manifest, now)
  await noteTrusted(state, opened, now)
  const urls = bundleUrls(manifest, baseUrl, state.sources.allowedOrigins)
  const installed = index.get(manifest.id)
  const made = await withReusable(state, await planOf(manifest, urls, installed, digester), manifest)
  const refusal = refusalFor(state, record, { plan: made, opened })
  if (refusal) return { type: 'manifest.failed', plan: made, attempt: refusal } as const
  const key = RECORD_KINDS.manifest + record.taskId
  const before = readRecord<ManifestRecord>(await records.get(key))
  await records.commit([{ key, value: { v: 1, manifest, signed, baseUrl } satisfies ManifestRecord }], { epoch })
  if (before) await dropOtherPartial(before.manifest, made.partialKey)
  return { type: 'manifest.resolved', plan: made, installed: isSameBundle(made, manifest, installed) } as const

  async function dropOtherPartial(former: PluginManifest, partialKey: string): Promise<void> {
    const formerPlan = await planOf(former, ['https://former.invalid'], undefined, digester)
    if (formerPlan.partialKey !== partialKey) await discardPartial(state, record.taskId, formerPlan.partialKey)
  }
}

/** Whoever shows the failure can say of what. */
function refusalFor(
  state: DockState,
  record: EffectInput['record'],
  candidate: Candidate & { readonly plan: DownloadPlan },
): FailedAttempt | undefined {
  try {
    assertAcceptable(state, candidate, record.allowDowngrade === true)
    return undefined
  } catch (error) {
    return failedAttempt(state, record, error)
  }
}

/** How a manifest is read: until when, and by what time. */
export interface Reading {
  readonly signal: AbortSignal
  readonly now: number
}

async function readInline(
  state: DockState,
  { source, taskId }: EffectInput['record'],
  { signal, now }: Reading,
): Promise<KeptManifest> {
  const fresh = state.inbox.get(source)
  const { value, baseUrl } = fresh ? { value: fresh.manifest, baseUrl: fresh.baseUrl } : await readKept(state, taskId)
  await refreshKeys(state, signal)
  return { ...(await openFreshManifest(state, value, { now }, signal)), baseUrl }
}

/** Reads a manifest from its URL, and checks it. Rejects with every typed error that a download could end with here. */
export async function fetchManifest(state: DockState, source: string, { signal, now }: Reading): Promise<KeptManifest> {
  const url = manifestUrl(source, state.sources).href
  const { fetcher, clock } = state.host
  await refreshKeys(state, signal)
  const document = await readDocument(
    { url, maxBytes: ENVELOPE_MAX_BYTES, timeouts: state.timeouts, signal },
    { fetcher, clock },
  )
  const value = readManifestDocument(document.bytes, document.url)
  return { ...(await openFreshManifest(state, value, { url: document.url, now }, signal)), baseUrl: document.url }
}
