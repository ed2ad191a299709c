import { sign } from 'node:crypto'
import {
  type Envelope,
  formatEnvelope,
  isEnvelope,
  KEY_LIST_PAYLOAD_TYPE,
  MANIFEST_PAYLOAD_TYPE,
  openEnvelope,
  type SignedManifest,
  signedBytes,
} from '../domain/envelope.js'
import { type KeyList, readKeyList } from '../domain/keyList.js'
import type { SignedKeyList } from '../domain/keyState.js'
import { type PluginManifest, readManifest, readManifestDocument } from '../domain/manifest.js'
import { readPrivateKey } from './privateKeys.js'
import { trustedKeyOf } from './signingKeys.js'

/** What can be signed: as an object, or as the bytes of a file, which are then signed as they are. */
export type Signable<T> = T | Uint8Array

/**
 * Signs a manifest with one or more private keys (PEM, PKCS#8). One that is signed already keeps its other signatures: so
 * several people can sign one after the other, each with a key that never leaves them. Written as JSON without a blank
 * (`JSON.stringify`), every byte of it counts.
 *
 * @throws ManifestError for a manifest that no dock would take; UnsupportedError for what is no Ed25519 key.
 * @example const signed = signManifest(manifest, [await readFile('acme.pem', 'utf8')])
 */
export function signManifest(
  manifest: Signable<PluginManifest | SignedManifest>,
  privateKeys: string | readonly string[],
): SignedManifest {
  const { payload, signatures } = openOr(manifest, MANIFEST_PAYLOAD_TYPE)
  readManifest(payload)
  return signed<SignedManifest>({ payloadType: MANIFEST_PAYLOAD_TYPE, payload, signatures }, privateKeys)
}

/**
 * Signs a list of keys, which has to be done by enough of the keys that were good before it, and by enough of its own.
 *
 * @throws SignatureError for a list that no dock would take; UnsupportedError for what is no Ed25519 key.
 */
export function signKeyList(
  list: Signable<KeyList | SignedKeyList>,
  privateKeys: string | readonly string[],
): SignedKeyList {
  const { payload, signatures } = openOr(list, KEY_LIST_PAYLOAD_TYPE)
  readKeyList(payload)
  return signed<SignedKeyList>({ payloadType: KEY_LIST_PAYLOAD_TYPE, payload, signatures }, privateKeys)
}

/** An envelope as it is; anything else becomes what is signed, with nobody's signature yet. */
function openOr(document: object, payloadType: string): Pick<Envelope, 'payload' | 'signatures'> {
  const isBytes = document instanceof Uint8Array
  const value = isBytes ? readManifestDocument(document) : document
  if (isEnvelope(value)) return openEnvelope(value, payloadType)
  const payload = isBytes ? document : new TextEncoder().encode(JSON.stringify(document))
  return { payload: new Uint8Array(payload), signatures: [] }
}

function signed<T>(envelope: Envelope, privateKeys: string | readonly string[]): T {
  const { payloadType, payload } = envelope
  const message = signedBytes(payloadType, payload)
  const own = [privateKeys].flat().map((pem) => ({
    keyid: trustedKeyOf(pem).keyid,
    sig: new Uint8Array(sign(null, message, readPrivateKey(pem))),
  }))
  const others = envelope.signatures.filter(({ keyid }) => !own.some((one) => one.keyid === keyid))
  // read back, so that what is given away is what was written
  return JSON.parse(formatEnvelope({ payloadType, payload, signatures: [...others, ...own] })) as T // reason: formatEnvelope's own
}
