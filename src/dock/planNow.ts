import type { StartCommand } from '../../machines/supervisor.types.js'
import { assertAcceptable } from '../actors/acceptance.js'
import { assertNotExpired, bundleUrls, isSameBundle, planOf } from '../actors/bundlePlan.js'
import { type DockState, storesOf } from '../actors/dockState.js'
import { openManifest } from '../actors/openManifest.js'
import { withReusable } from '../actors/reusable.js'
import { noteTrusted } from '../actors/trustNotes.js'
import {
  DowngradeError,
  ExpiredError,
  ManifestError,
  QuarantinedError,
  SignatureError,
  UnsupportedError,
} from '../domain/errors/index.js'

/** They are told by the task. */
const FAULTS_OF_TASKS = [ManifestError, SignatureError, ExpiredError, DowngradeError, QuarantinedError] as const

/** The plan of a manifest that was given as an object; `undefined` where it has faults that its task is to tell. */
export async function planNow(
  state: DockState,
  source: unknown,
  baseUrl: string | undefined,
  allowDowngrade: boolean,
): Promise<StartCommand['prepared']> {
  try {
    const now = state.trust.now(state.host.clock)
    const opened = await openManifest(state, source, { now })
    const { manifest } = opened
    assertNotExpired(manifest, now)
    await noteTrusted(state, opened, now)
    const urls = bundleUrls(manifest, baseUrl, state.sources.allowedOrigins)
    const { index } = storesOf(state)
    const installed = index.get(manifest.id)
    const made = await planOf(manifest, urls, installed, state.host.digester)
    const plan = installed ? await withReusable(state, made, manifest) : made
    assertAcceptable(state, { plan, opened }, allowDowngrade)
    return { plan, installed: isSameBundle(plan, manifest, index.get(manifest.id)) }
  } catch (error) {
    if (isFaultOfTask(error)) return undefined
    throw error
  }
}

function isFaultOfTask(error: unknown): boolean {
  if (error instanceof UnsupportedError) return error.needs !== undefined
  return FAULTS_OF_TASKS.some((kind) => error instanceof kind)
}
