import type { StartCommand, StartOptions } from '../../machines/supervisor.types.js'
import type { DockState } from '../actors/dockState.js'
import { jsonOf, putAside } from '../actors/intake.js'
import { absoluteSource, manifestUrl } from '../actors/sources.js'
import { leading } from './laterParts.js'

/**
 * Looks at a source before anything is recorded: `given` is what {@link plain} made of it, here or in another page. Throws
 * for what can never work. A manifest that was given as an object is put aside, so that no event carries it, and its plan
 * is made now; one with faults fails as a task.
 */
export async function prepare(
  state: DockState,
  given: unknown,
  { baseUrl, allowDowngrade = false }: Pick<StartOptions, 'baseUrl' | 'allowDowngrade'>,
): Promise<{ source: string; plan: StartCommand['prepared'] }> {
  if (typeof given === 'string') return { source: manifestUrl(given, state.sources).href, plan: undefined }
  const plan = await planWhere(state, given, baseUrl, allowDowngrade)
  return { source: putAside(state.inbox, { manifest: given, baseUrl }), plan }
}

/** Where the code that plans cannot be loaded, the task is recorded all the same, and has its plan made when it can. */
async function planWhere(state: DockState, ...given: readonly [unknown, string | undefined, boolean]) {
  const code = await leading.load(state.host).catch(() => undefined)
  return code?.planNow(state, ...given)
}

/** A manifest as it is now, or the URL of one. Throws for what can never work. */
export function plain({ sources, host }: DockState, source: unknown): unknown {
  if (typeof source === 'string' || source instanceof URL)
    return manifestUrl(absoluteSource(source.toString(), host.pageUrl?.()), sources).href
  return JSON.parse(jsonOf(source))
}
