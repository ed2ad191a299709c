import { assertAcceptable } from '../actors/acceptance.js'
import { assertNotExpired, bundleUrls, isSameBundle, planOf } from '../actors/bundlePlan.js'
import { type DockState, openStoresOf, untilOpen, withStores } from '../actors/dockState.js'
import { abandonable } from '../actors/effect.js'
import { jsonOf } from '../actors/intake.js'
import type { KeptManifest } from '../actors/keptManifest.js'
import { openFreshManifest } from '../actors/openManifest.js'
import { fetchManifest } from '../actors/resolve.js'
import { storedBytes } from '../actors/reusable.js'
import { absoluteSource } from '../actors/sources.js'
import { CancelledError, ClosedError } from '../domain/errors/index.js'
import type { DownloadState } from '../domain/progress.js'
import type { DownloadEstimate, DownloadOptions, DownloadSource } from './types.js'

type EstimateOptions = Pick<DownloadOptions, 'baseUrl' | 'signal'>

const SETTLED = new Set<DownloadState>(['installed', 'cancelled', 'rolledBack'])

/** What a download of this source would cost now. Reads the manifest, and nothing else from the network. */
export async function estimate(
  state: DockState,
  source: DownloadSource,
  { baseUrl, signal }: EstimateOptions,
): Promise<DownloadEstimate> {
  try {
    await untilOpen(state)
    const read = await abandonable(state, 'estimate', (own) =>
      readSource(state, source, baseUrl, signal ? AbortSignal.any([own, signal]) : own),
    )
    return await withStores(state, () => describe(state, read))
  } catch (error) {
    if (signal?.aborted) throw new CancelledError('The estimate was cancelled', { cause: error })
    if (state.shuttingDown !== undefined) throw new ClosedError('The dock was closed meanwhile', { cause: error })
    throw error
  }
}

async function readSource(
  state: DockState,
  source: DownloadSource,
  baseUrl: string | URL | undefined,
  signal: AbortSignal,
): Promise<KeptManifest> {
  signal.throwIfAborted()
  const now = state.trust.now(state.host.clock)
  if (typeof source === 'string' || source instanceof URL)
    return fetchManifest(state, absoluteSource(source.toString(), state.host.pageUrl?.()), { signal, now })
  const copy: unknown = JSON.parse(jsonOf(source))
  return { ...(await openFreshManifest(state, copy, { now }, signal)), baseUrl: baseUrl?.toString() }
}

async function describe(state: DockState, opened: KeptManifest): Promise<DownloadEstimate> {
  const { index } = openStoresOf(state)
  const { manifest, baseUrl } = opened
  assertNotExpired(manifest, state.trust.now(state.host.clock))
  const urls = bundleUrls(manifest, baseUrl, state.sources.allowedOrigins)
  const installed = index.get(manifest.id)
  const plan = await planOf(manifest, urls, installed, state.host.digester)
  // a download may be allowed to go below the floor, and never to bring what is in quarantine
  assertAcceptable(state, { plan, opened }, true)
  const totalBytes = plan.totalBytes
  if (isSameBundle(plan, manifest, installed)) return { totalBytes, bytesToTransfer: 0, bytesReusable: totalBytes }
  const stored = await storedBytes(state, manifest)
  const bytesReusable = Math.min(totalBytes, heldBytes(state, plan.partialKey, stored))
  return { totalBytes, bytesToTransfer: totalBytes - bytesReusable, bytesReusable }
}

/**
 * What is stored, with what an unfinished download of this bundle holds, as far as it was last counted: a partial is not read
 * for an estimate. What that took from installed versions is not counted twice.
 */
function heldBytes({ journal, tasks }: DockState, partialKey: string, stored: number): number {
  const held = [...journal.views.values()]
    .filter(({ record }) => record.plan?.partialKey === partialKey && !SETTLED.has(record.state))
    .map(({ record }) => tasks.get(record.taskId)?.meter ?? record)
  return held.reduce(
    (most, { bytesDownloaded, bytesReused }) => Math.max(most, bytesDownloaded, bytesDownloaded - bytesReused + stored),
    stored,
  )
}
