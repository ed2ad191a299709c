import type { StartCommand } from '../../machines/supervisor.types.js'
import { bundleUrls, isSameBundle, planOf } from '../actors/bundlePlan.js'
import { type DockState, storesOf } from '../actors/dockState.js'
import { intake } from '../actors/intake.js'
import { manifestUrl } from '../actors/sources.js'
import { ManifestError } from '../domain/errors/index.js'
import { parseManifest } from '../domain/manifest.js'
import type { DownloadSource } from './types.js'

/**
 * Looks at a source before anything is recorded. Throws for what can never work. A manifest that was given as an
 * object is put aside, so that no event carries it, and its plan is made now; one with faults fails as a task.
 */
export async function prepare(
  state: DockState,
  source: DownloadSource,
  baseUrl: string | URL | undefined,
): Promise<{ source: string; plan: StartCommand['prepared'] }> {
  if (typeof source === 'string' || source instanceof URL) {
    return { source: manifestUrl(source.toString(), state.sources).href, plan: undefined }
  }
  const base = baseUrl?.toString()
  const label = intake(state.inbox, structuredClone(source), base)
  try {
    const manifest = parseManifest(source)
    const urls = bundleUrls(manifest, base, state.sources.allowedOrigins)
    const installed = storesOf(state).index.get(manifest.id)
    const plan = await planOf(manifest, urls, installed, state.host.digester)
    return { source: label, plan: { plan, installed: isSameBundle(plan, manifest, installed) } }
  } catch (error) {
    if (error instanceof ManifestError) return { source: label, plan: undefined }
    throw error
  }
}
