import type { StartCommand } from '../../machines/supervisor.types.js'
import { assertAcceptable } from '../actors/acceptance.js'
import { assertNotExpired, bundleUrls, isSameBundle, planOf } from '../actors/bundlePlan.js'
import { type DockState, storesOf } from '../actors/dockState.js'
import { intake, jsonOf } from '../actors/intake.js'
import { withReusable } from '../actors/reusable.js'
import { manifestUrl } from '../actors/sources.js'
import { DowngradeError, ExpiredError, ManifestError, QuarantinedError } from '../domain/errors/index.js'
import { parseManifest } from '../domain/manifest.js'
import type { DownloadOptions, DownloadSource } from './types.js'

/** They are told by the task. */
const FAULTS_OF_TASKS = [ManifestError, ExpiredError, DowngradeError, QuarantinedError] as const

/**
 * Looks at a source before anything is recorded. Throws for what can never work. A manifest that was given as an
 * object is put aside, so that no event carries it, and its plan is made now; one with faults fails as a task.
 */
export async function prepare(
  state: DockState,
  source: DownloadSource,
  { baseUrl, allowDowngrade = false }: Pick<DownloadOptions, 'baseUrl' | 'allowDowngrade'>,
): Promise<{ source: string; plan: StartCommand['prepared'] }> {
  if (typeof source === 'string' || source instanceof URL) {
    return { source: manifestUrl(source.toString(), state.sources).href, plan: undefined }
  }
  const base = baseUrl?.toString()
  const copy: unknown = JSON.parse(jsonOf(source))
  const plan = await planNow(state, copy, base, allowDowngrade)
  return { source: intake(state.inbox, copy, base), plan }
}

async function planNow(
  state: DockState,
  source: unknown,
  baseUrl: string | undefined,
  allowDowngrade: boolean,
): Promise<StartCommand['prepared']> {
  try {
    const manifest = parseManifest(source)
    assertNotExpired(manifest, state.host.clock.now())
    const urls = bundleUrls(manifest, baseUrl, state.sources.allowedOrigins)
    const { index } = storesOf(state)
    const made = await planOf(manifest, urls, index.get(manifest.id), state.host.digester)
    const plan = await withReusable(state, made, manifest)
    assertAcceptable(state, plan, allowDowngrade)
    return { plan, installed: isSameBundle(plan, manifest, index.get(manifest.id)) }
  } catch (error) {
    if (FAULTS_OF_TASKS.some((kind) => error instanceof kind)) return undefined
    throw error
  }
}
