import { isEnvelope, MANIFEST_PAYLOAD_TYPE, openEnvelope, type SignedManifest } from '../domain/envelope.js'
import { ExpiredError, SignatureError, type SignatureFault } from '../domain/errors/index.js'
import { assertKeysCurrent } from '../domain/keyList.js'
import { type PluginManifest, parseManifest, readManifest } from '../domain/manifest.js'
import { assertScope, assertThreshold, checkSignatures, signersOf, unsigned } from '../domain/verification.js'
import type { DockState } from './dockState.js'
import { askForKeys } from './keyLists.js'

/** A manifest that may be acted on, and what that rests on. */
export interface OpenedManifest {
  readonly manifest: PluginManifest
  /** The envelope that it came in. */
  readonly signed?: SignedManifest | undefined
  /** The trusted keys that have signed; empty where none has, or nobody asks. */
  readonly signedBy: readonly string[]
}

export interface OpeningOptions {
  /** Where it came from, for messages. */
  readonly url?: string | undefined
  /** The time that expiry is judged by. */
  readonly now: number
}

/**
 * The one way from what somebody offers to a manifest: every manifest passes here, wherever it came from, and again when it
 * is read back from a record. What was verified is what is read: the envelope's own bytes. Throws `SignatureError`,
 * `ExpiredError` where the list of keys is too old, or `ManifestError`.
 */
export async function openManifest(
  state: Pick<DockState, 'trust'>,
  value: unknown,
  { url, now }: OpeningOptions,
): Promise<OpenedManifest> {
  const { keys, rules, verify } = state.trust
  if (keys) assertKeysCurrent(keys, now)
  if (!isEnvelope(value)) {
    if (rules?.isRequired) throw unsigned(url)
    return { manifest: parseManifest(value, url), signedBy: [] }
  }
  const envelope = openEnvelope(value, MANIFEST_PAYLOAD_TYPE, url)
  const signed = value as SignedManifest // its form was just checked
  if (!keys || !rules) return { manifest: readManifest(envelope.payload, url), signed, signedBy: [] }
  const findings = await checkSignatures(envelope, keys.ring, verify)
  // by strangers alone it is as good as not signed: anybody could have left their signatures out
  if (!rules.isRequired && findings.every(({ outcome }) => outcome === 'unknown-key'))
    return { manifest: readManifest(envelope.payload, url), signed, signedBy: [] }
  assertThreshold(findings, keys.ring, url)
  const manifest = readManifest(envelope.payload, url)
  assertScope(findings, keys.ring, { pluginId: manifest.id, url })
  return { manifest, signed, signedBy: signersOf(findings).map(({ keyid }) => keyid) }
}

/** The same; where keys are the matter, once more with the newest list of keys. */
export async function openFreshManifest(
  state: DockState,
  value: unknown,
  options: OpeningOptions,
  signal: AbortSignal,
): Promise<OpenedManifest> {
  try {
    return await openManifest(state, value, options)
  } catch (error) {
    if (!mayBeKeys(error) || state.trust.rules?.keyListUrl === undefined) throw error
    await askForKeys(state, signal)
    return openManifest(state, value, options)
  }
}

/** What another list of keys could change: a key that was replaced may have kept its name. */
function mayBeKeys(error: unknown): boolean {
  if (error instanceof ExpiredError) return true
  return error instanceof SignatureError && REASONS_OF_KEYS.has(error.reason)
}

const REASONS_OF_KEYS = new Set<SignatureFault | undefined>(['unknown-key', 'mismatch', 'threshold', 'wrong-plugin'])
