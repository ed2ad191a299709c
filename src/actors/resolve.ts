import type { DownloadActors, EffectInput, EffectReport } from '../../machines/download.types.js'
import type { FailedAttempt } from '../domain/failedAttempt.js'
import { MANIFEST_MAX_BYTES, type PluginManifest, parseManifest, readManifest } from '../domain/manifest.js'
import { type DownloadPlan, type ManifestRecord, RECORD_KINDS, readRecord } from '../domain/records.js'
import { readDocument } from '../engine/readDocument.js'
import { assertAcceptable } from './acceptance.js'
import { failedAttempt } from './attempts.js'
import { assertNotExpired, bundleUrls, isSameBundle, planOf } from './bundlePlan.js'
import { type DockState, storesOf } from './dockState.js'
import { effect } from './effect.js'
import { readKeptManifest } from './keptManifest.js'
import { discardPartial } from './partials.js'
import { withReusable } from './reusable.js'
import { shortOr } from './room.js'
import { manifestUrl } from './sources.js'

export interface ReadManifest {
  readonly manifest: PluginManifest
  /** What relative URLs in it are resolved against. */
  readonly baseUrl: string | undefined
}

/** Reads the manifest, checks it, keeps it for the whole install, and says what is to be downloaded. */
export function createResolve(state: DockState): DownloadActors['resolve'] {
  return effect<EffectReport<'resolve'>>(state, async (record, signal) => {
    try {
      const resolved = record.source.startsWith('inline:')
        ? await readInline(state, record)
        : await fetchManifest(state, record.source, signal)
      return await plan(state, record, resolved)
    } catch (error) {
      return shortOr(state, record, error, (attempt) => ({ type: 'manifest.failed', attempt }))
    }
  })
}

async function plan(state: DockState, record: EffectInput['record'], { manifest, baseUrl }: ReadManifest) {
  const { index, records, epoch } = storesOf(state)
  const { digester, clock } = state.host
  assertNotExpired(manifest, clock.now())
  const urls = bundleUrls(manifest, baseUrl, state.sources.allowedOrigins)
  const installed = index.get(manifest.id)
  const made = await withReusable(state, await planOf(manifest, urls, installed, digester), manifest)
  const refusal = refusalFor(state, record, made)
  if (refusal) return { type: 'manifest.failed', plan: made, attempt: refusal } as const
  const key = RECORD_KINDS.manifest + record.taskId
  const before = readRecord<ManifestRecord>(await records.get(key))
  await records.commit([{ key, value: { v: 1, manifest, baseUrl } satisfies ManifestRecord }], { epoch })
  if (before) await dropOtherPartial(before.manifest, made.partialKey)
  return { type: 'manifest.resolved', plan: made, installed: isSameBundle(made, manifest, installed) } as const

  async function dropOtherPartial(former: PluginManifest, partialKey: string): Promise<void> {
    const formerPlan = await planOf(former, ['https://former.invalid'], undefined, digester)
    if (formerPlan.partialKey !== partialKey) await discardPartial(state, record.taskId, formerPlan.partialKey)
  }
}

/** Whoever shows the failure can say of what. */
function refusalFor(state: DockState, record: EffectInput['record'], plan: DownloadPlan): FailedAttempt | undefined {
  try {
    assertAcceptable(state, plan, record.allowDowngrade === true)
    return undefined
  } catch (error) {
    return failedAttempt(state, record, error)
  }
}

async function readInline(state: DockState, { source, taskId }: EffectInput['record']): Promise<ReadManifest> {
  const fresh = state.inbox.get(source)
  if (fresh) return { manifest: parseManifest(fresh.manifest), baseUrl: fresh.baseUrl }
  const kept = await readKeptManifest(state, taskId)
  return { manifest: parseManifest(kept.manifest), baseUrl: kept.baseUrl }
}

/** Reads a manifest from its URL, and checks it. Rejects with every typed error that a download could end with here. */
export async function fetchManifest(state: DockState, source: string, signal: AbortSignal): Promise<ReadManifest> {
  const url = manifestUrl(source, state.sources).href
  const { fetcher, clock } = state.host
  const document = await readDocument(
    { url, maxBytes: MANIFEST_MAX_BYTES, timeouts: state.timeouts, signal },
    { fetcher, clock },
  )
  return { manifest: readManifest(document.bytes, document.url), baseUrl: document.url }
}
