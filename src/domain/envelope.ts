import { type Bytes, fromBase64, toBase64 } from './bytes.js'
import { SignatureError } from './errors/index.js'
import { MAX_KEY_ID_LENGTH } from './trust.js'

export const MANIFEST_PAYLOAD_TYPE = 'application/vnd.plugdock.manifest+json'
export const KEY_LIST_PAYLOAD_TYPE = 'application/vnd.plugdock.keys+json'
/** Room for a manifest of 4 MiB in base64, and its signatures. */
export const ENVELOPE_MAX_BYTES = 6 * 1024 * 1024
export const MAX_SIGNATURES = 32
const MAX_SIGNATURE_TEXT = 1024

/** What is signed, and by whom, as JSON: a DSSE envelope. Its base64 is the standard one, with padding. */
export interface SignedDocument {
  readonly payloadType: string
  readonly payload: string
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}

/** A DSSE envelope around a manifest. */
export interface SignedManifest extends SignedDocument {
  readonly payloadType: typeof MANIFEST_PAYLOAD_TYPE
}

/** An envelope whose form is right. Of what it claims nothing was verified. */
export interface Envelope {
  readonly payloadType: string
  readonly payload: Bytes
  readonly signatures: readonly ClaimedSignature[]
}

export interface ClaimedSignature {
  readonly keyid: string
  readonly sig: Bytes
}

/** Whether somebody meant it to be an envelope: also one that lost a part is none of an unsigned manifest. */
export function isEnvelope(value: unknown): boolean {
  if (!isRecord(value)) return false
  const named = ['payloadType', 'payload', 'signatures'].filter((key) => Object.hasOwn(value, key))
  return named.length >= 2
}

/** Reads an envelope's form. Throws {@link SignatureError} for a wrong one, and for one of another kind of document. */
export function openEnvelope(value: unknown, payloadType: string, url?: string): Envelope {
  if (!isRecord(value)) throw malformed('is no object', url)
  if (value.payloadType !== payloadType) throw wrongType(value.payloadType, payloadType, url)
  const payload = typeof value.payload === 'string' ? fromBase64(value.payload) : undefined
  if (!payload) throw malformed('"payload" is no canonical base64 (standard alphabet, with padding)', url)
  const { signatures } = value
  if (!Array.isArray(signatures)) throw malformed('"signatures" is no list', url)
  if (signatures.length > MAX_SIGNATURES) throw malformed(`has more than ${MAX_SIGNATURES} signatures`, url)
  return { payloadType, payload, signatures: signatures.map((one, index) => readSignature(one, index, url)) }
}

/** The bytes that a signature is made over: DSSE's pre-authentication encoding, which binds the kind of document. */
export function signedBytes(payloadType: string, payload: Uint8Array): Bytes {
  const type = new TextEncoder().encode(payloadType)
  const head = new TextEncoder().encode(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `)
  const bytes = new Uint8Array(head.length + payload.length)
  bytes.set(head)
  bytes.set(payload, head.length)
  return bytes
}

/** The envelope as JSON without a blank: so every byte of it means something. */
export function formatEnvelope({ payloadType, payload, signatures }: Envelope): string {
  const signed: SignedDocument = {
    payloadType,
    payload: toBase64(payload),
    signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig: toBase64(sig) })),
  }
  return JSON.stringify(signed)
}

function readSignature(value: unknown, index: number, url: string | undefined): ClaimedSignature {
  const at = `signatures[${index}]`
  if (!isRecord(value)) throw malformed(`${at} is no object`, url)
  const { keyid, sig } = value
  if (typeof keyid !== 'string' || keyid === '' || keyid.length > MAX_KEY_ID_LENGTH)
    throw malformed(`${at}.keyid is no text of 1 to ${MAX_KEY_ID_LENGTH} characters`, url)
  const bytes = typeof sig === 'string' && sig.length <= MAX_SIGNATURE_TEXT ? fromBase64(sig) : undefined
  if (!bytes) throw malformed(`${at}.sig is no canonical base64`, url)
  return { keyid, sig: bytes }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(issue: string, url: string | undefined): SignatureError {
  return new SignatureError(`The envelope cannot be read${from(url)}: ${issue}`, { reason: 'malformed', url })
}

function wrongType(found: unknown, wanted: string, url: string | undefined): SignatureError {
  const shown = typeof found === 'string' ? `"${found.slice(0, 100)}"` : 'missing'
  const message = `The envelope holds another kind of document${from(url)}: its payloadType is ${shown}, not "${wanted}"`
  return new SignatureError(message, { reason: 'wrong-type', url })
}

function from(url: string | undefined): string {
  return url ? ` (${url})` : ''
}
