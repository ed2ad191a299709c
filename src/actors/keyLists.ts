import { HttpStatusError, ManifestError, NetworkError, StalledError } from '../domain/errors/index.js'
import { followKeyLists, KEY_LIST_MAX_BYTES, readKeyLists } from '../domain/keyList.js'
import { rootState } from '../domain/keyState.js'
import { isMarkup } from '../domain/strictJson.js'
import { untilAborted } from '../domain/timeLimit.js'
import { readDocument } from '../engine/readDocument.js'
import { type DockState, storesOf } from './dockState.js'
import { abandonable } from './effect.js'
import { manifestUrl } from './sources.js'

/** For so long what the list said is taken for what it says. */
const FRESH_MS = 60_000

/**
 * Has a newer list of keys, where there is one. A list that cannot be reached is no failure: the keys that are known stay
 * good until they expire. Rejects with `SignatureError` for a list that nobody may follow.
 */
export function refreshKeys(state: DockState, signal: AbortSignal): Promise<void> {
  const { trust, host } = state
  const isFresh = trust.askedAt !== undefined && host.clock.monotonic() - trust.askedAt < FRESH_MS
  return isFresh ? Promise.resolve() : askForKeys(state, signal)
}

/** The same, however short ago it was asked for. */
export async function askForKeys(state: DockState, signal: AbortSignal): Promise<void> {
  const { trust } = state
  if (trust.rules?.keyListUrl === undefined) return
  const url = trust.rules.keyListUrl
  // one asking serves all who wait: so it ends with the dock, and with none of them
  trust.asking ??= abandonable(state, 'keyList', (own) => ask(state, url, own)).finally(() => {
    trust.asking = undefined
  })
  await untilAborted(trust.asking, signal)
}

async function ask(state: DockState, url: string, signal: AbortSignal): Promise<void> {
  const { trust, host, sources, timeouts } = state
  const lists = await fetchLists()
  if (lists) await follow(state, lists)
  trust.askedAt = host.clock.monotonic()

  async function fetchLists(): Promise<readonly unknown[] | undefined> {
    const source = manifestUrl(url, sources).href
    try {
      const { bytes } = await readDocument(
        { url: source, maxBytes: KEY_LIST_MAX_BYTES, timeouts, signal },
        { fetcher: host.fetcher, clock: host.clock },
      )
      // a network that wants one to sign in first has not reached it; the manifest's own answer tells people so
      return isMarkup(bytes) ? undefined : readKeyLists(bytes)
    } catch (error) {
      const isOutOfReach = [NetworkError, StalledError, HttpStatusError, ManifestError].some(
        (kind) => error instanceof kind,
      )
      if (isOutOfReach && !signal.aborted) return undefined
      throw error
    }
  }
}

/** From what is kept; where the app's own keys are others by now, from those. */
async function follow(state: DockState, lists: readonly unknown[]): Promise<void> {
  const { trust } = state
  const { rules, keys, seenVersion, verify } = trust
  if (!rules || !keys) return
  const from = keys.version < seenVersion ? rootState(rules.root) : keys
  const next = await followKeyLists(from, lists, { verify, seenVersion })
  if (next === keys && trust.areKeysKept) return
  const { records, epoch, role } = storesOf(state)
  // who only reads uses it all the same, and leaves the writing to who leads
  const isKept = role === 'leader'
  if (isKept) await records.commit([trust.keysChange(next)], { epoch })
  trust.adopt(next, { isKept })
}
