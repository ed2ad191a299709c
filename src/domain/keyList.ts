import { type Envelope, KEY_LIST_PAYLOAD_TYPE, openEnvelope } from './envelope.js'
import { ExpiredError, SignatureError } from './errors/index.js'
import type { KeyState, SignedKeyList } from './keyState.js'
import { readJson } from './strictJson.js'
import { maySignLists, readKeyRing, TOO_FEW_FOR_LISTS, type TrustedKey } from './trust.js'
import { assertThreshold, checkSignatures, type VerifySignature } from './verification.js'

export const KEY_LIST_MAX_BYTES = 256 * 1024
const KEY_LIST_MAX_DEPTH = 16
const MAX_LISTS = 64
const MAX_STEPS = 256
const MAX_NUMBER = 2 ** 31 - 1
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/

/** The keys that are good from now on, as their owner writes them; signed, it is an envelope around its JSON. */
export interface KeyList {
  keyListVersion: 1
  /** Goes up with every list; a lower one than was seen is refused. */
  version: number
  /** From then on nothing is accepted until there is a newer list. UTC, such as `2027-06-01T00:00:00Z`. */
  expires?: string
  /** Goes up to lift every floor that was set before: the way back after a stolen key has signed versions that are too high. */
  epoch?: number
  threshold?: number
  keys: readonly TrustedKey[]
}

/** What a key list's URL answered: one list, or several, oldest first. Throws {@link SignatureError}. */
export function readKeyLists(source: Uint8Array): readonly unknown[] {
  const reading = readJson(source, { maxBytes: KEY_LIST_MAX_BYTES, maxDepth: KEY_LIST_MAX_DEPTH })
  if (reading.issue !== undefined) throw refused(reading.issue)
  const lists: unknown[] = Array.isArray(reading.value) ? reading.value : [reading.value]
  if (lists.length > MAX_LISTS) throw refused(`has more than ${MAX_LISTS} lists`)
  return lists
}

/**
 * Follows `lists` from the keys that are good now: each newer one has to be signed by the threshold of the keys before it,
 * and by that of its own. Those on the way that are meant for older keys are passed over. Throws {@link SignatureError}
 * where that does not lead to the newest, for one number that stands for two lists, and where the newest is older than
 * what was seen before.
 */
export async function followKeyLists(
  from: KeyState,
  lists: readonly unknown[],
  { verify, seenVersion = 0 }: { readonly verify: VerifySignature; readonly seenVersion?: number },
): Promise<KeyState> {
  const opened = lists.map(open).sort((left, right) => left.next.version - right.next.version)
  const newest = opened.at(-1)?.next.version ?? from.version
  const least = Math.max(seenVersion, from.version)
  if (newest < least) throw refused(`is at version ${newest}, and version ${least} was seen before`)
  let state = from
  let missed: unknown
  for (const list of opened) {
    if (list.next.version === state.version) assertSame(state, list.signed)
    if (list.next.version <= state.version) continue
    try {
      state = await step(state, list, verify)
      missed = undefined
    } catch (error) {
      missed ??= error
    }
  }
  if (missed !== undefined) throw missed
  return state
}

/** Throws `ExpiredError` where the list of keys is too old to rely on. */
export function assertKeysCurrent({ expires, version }: KeyState, now: number): void {
  if (expires === undefined || Date.parse(expires) > now) return
  const message = `The list of trusted keys (version ${version}) expired on ${expires}; its owner has to publish a newer one`
  throw new ExpiredError(message, { expires })
}

/** Reads the payload of a list. Throws {@link SignatureError} with the first fault. */
export function readKeyList(payload: Uint8Array): Omit<KeyState, 'lists'> {
  const reading = readJson(payload, { maxBytes: KEY_LIST_MAX_BYTES, maxDepth: KEY_LIST_MAX_DEPTH })
  if (reading.issue !== undefined) throw refused(reading.issue)
  const { value } = reading
  if (typeof value !== 'object' || value === null) throw refused('is no object')
  const {
    keyListVersion,
    version,
    expires,
    epoch = 0,
    threshold = 1,
    keys,
  } = value as Partial<
    Record<keyof KeyList, unknown> // any JSON object
  >
  if (keyListVersion !== 1) throw refused('has another "keyListVersion" than 1')
  if (!isNumberFrom(1, version)) throw refused(`"version" is no whole number from 1 to ${MAX_NUMBER}`)
  if (!isNumberFrom(0, epoch)) throw refused(`"epoch" is no whole number from 0 to ${MAX_NUMBER}`)
  if (expires !== undefined && !isTimestamp(expires)) throw refused('"expires" is no time in UTC')
  const { ring, issue } = readKeyRing(keys, threshold)
  if (ring === undefined) throw refused(issue)
  if (!maySignLists(ring, ring.keys)) throw refused(`could never be replaced: ${TOO_FEW_FOR_LISTS}`)
  return { ring, version, epoch, expires }
}

interface OpenedList {
  readonly envelope: Envelope
  readonly signed: SignedKeyList
  readonly next: Omit<KeyState, 'lists'>
}

function open(value: unknown): OpenedList {
  const envelope = openEnvelope(value, KEY_LIST_PAYLOAD_TYPE)
  // its form was just checked
  return { envelope, signed: value as SignedKeyList, next: readKeyList(envelope.payload) }
}

async function step(
  state: KeyState,
  { envelope, signed, next }: OpenedList,
  verify: VerifySignature,
): Promise<KeyState> {
  if (next.epoch < state.epoch) throw refused(`has epoch ${next.epoch}, and epoch ${state.epoch} was seen before`)
  if (state.lists.length === MAX_STEPS) throw refused(`is more than ${MAX_STEPS} lists away from the app's own keys`)
  for (const [ring, whose] of [[state.ring, 'the keys before it'] as const, [next.ring, 'its own keys'] as const]) {
    try {
      const findings = await checkSignatures(envelope, ring, verify)
      assertThreshold(findings, ring)
      const signers = findings.flatMap(({ key }) => (key ? [key] : []))
      if (!maySignLists(ring, signers)) throw refused(TOO_FEW_FOR_LISTS)
    } catch (cause) {
      const why = cause instanceof SignatureError ? cause.message : String(cause)
      throw refused(`(version ${next.version}) is not signed by ${whose}: ${why}`, cause)
    }
  }
  return { ...next, lists: [...state.lists, signed] }
}

function assertSame(state: KeyState, { payload }: SignedKeyList): void {
  const known = state.lists.at(-1)
  if (known && known.payload !== payload)
    throw refused(`(version ${state.version}) is another one than was seen before`)
}

function isNumberFrom(least: number, value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= MAX_NUMBER
}

function isTimestamp(value: unknown): value is string {
  return typeof value === 'string' && TIMESTAMP.test(value) && !Number.isNaN(Date.parse(value))
}

function refused(issue: string, cause?: unknown): SignatureError {
  return new SignatureError(`The list of trusted keys cannot be used: it ${issue}`, { reason: 'key-list' }, { cause })
}
