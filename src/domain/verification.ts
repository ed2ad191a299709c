import type { Bytes } from './bytes.js'
import { type Envelope, signedBytes } from './envelope.js'
import { SignatureError } from './errors/index.js'
import { type KeyRing, maySign, type RingKey } from './trust.js'

/** Ed25519 (RFC 8032): whether `signature` is the key's over `message`. Never rejects for a signature that is wrong. */
export type VerifySignature = (check: {
  readonly publicKey: Bytes
  readonly signature: Bytes
  readonly message: Bytes
}) => Promise<boolean>

/** What became of one signature. */
export interface SignatureFinding {
  readonly keyid: string
  readonly outcome: 'valid' | 'unknown-key' | 'mismatch'
  /** Set where it is valid. */
  readonly key?: RingKey
}

const SIGNATURE_BYTES = 64

/** Looks at every signature: the key is the one that the ring has under that name, and the algorithm is the key's. */
export async function checkSignatures(
  { payloadType, payload, signatures }: Envelope,
  { keys }: Pick<KeyRing, 'keys'>,
  verify: VerifySignature,
): Promise<readonly SignatureFinding[]> {
  const message = signedBytes(payloadType, payload)
  const findings: SignatureFinding[] = []
  for (const { keyid, sig } of signatures) {
    const key = keys.find((known) => known.keyid === keyid)
    if (!key) findings.push({ keyid, outcome: 'unknown-key' })
    else if (sig.length === SIGNATURE_BYTES && (await verify({ publicKey: key.publicKey, signature: sig, message })))
      findings.push({ keyid, outcome: 'valid', key })
    else findings.push({ keyid, outcome: 'mismatch' })
  }
  return findings
}

/** The keys that have signed: each once, whatever it is called and however often it signed. */
export function signersOf(findings: readonly SignatureFinding[]): readonly RingKey[] {
  const signers = new Map(findings.flatMap(({ key }) => (key ? [[key.fingerprint, key] as const] : [])))
  return [...signers.values()]
}

/** Throws {@link SignatureError} where too few have signed, and says what a publisher would have to mend. */
export function assertThreshold(
  findings: readonly SignatureFinding[],
  { threshold }: Pick<KeyRing, 'threshold'>,
  url?: string,
): void {
  const count = signersOf(findings).length
  if (count >= threshold) return
  throw refusal(findings, { count, threshold }, url)
}

/** Throws {@link SignatureError} where those who have signed may not sign for this plugin. */
export function assertScope(
  findings: readonly SignatureFinding[],
  { threshold }: Pick<KeyRing, 'threshold'>,
  { pluginId, url }: { readonly pluginId: string; readonly url?: string | undefined },
): void {
  const mayKey = ({ key }: SignatureFinding): boolean => key !== undefined && maySign(key, pluginId)
  // one key may be known by several names, each for other plugins
  if (signersOf(findings.filter(mayKey)).length >= threshold) return
  const others = signersOf(findings.filter((finding) => !mayKey(finding))).map(({ keyid }) => named(keyid))
  const message = `${pluginId} is signed by ${others.join(' and ')}, which may not sign for this plugin${from(url)}`
  throw new SignatureError(message, { reason: 'wrong-plugin', url })
}

/** Nobody has signed, and the app asks for it. */
export function unsigned(url: string | undefined): SignatureError {
  const message = `The manifest is not signed${from(url)}, and this app installs signed ones only`
  return new SignatureError(message, { reason: 'unsigned', url })
}

function refusal(
  findings: readonly SignatureFinding[],
  { count, threshold }: { readonly count: number; readonly threshold: number },
  url: string | undefined,
): SignatureError {
  if (findings.length === 0)
    return new SignatureError(`The envelope has no signature${from(url)}`, { reason: 'unsigned', url })
  const wrong = findings.filter(({ outcome }) => outcome === 'mismatch').map(({ keyid }) => named(keyid))
  if (wrong.length > 0) {
    const message = `The signature by ${wrong.join(' and ')} does not fit what was signed${from(url)}: it was changed since, or another key signed it`
    return new SignatureError(message, { reason: 'mismatch', url })
  }
  if (count > 0) {
    const message = `Signed by ${count} of the ${threshold} different keys that this app asks for${from(url)}`
    return new SignatureError(message, { reason: 'threshold', url })
  }
  const strangers = findings.map(({ keyid }) => named(keyid)).join(' and ')
  const message = `Signed by ${strangers}${from(url)}, which this app does not trust`
  return new SignatureError(message, { reason: 'unknown-key', url })
}

function named(keyid: string): string {
  return `"${keyid.length > 24 ? `${keyid.slice(0, 16)}...` : keyid}"`
}

function from(url: string | undefined): string {
  return url ? ` (${url})` : ''
}
