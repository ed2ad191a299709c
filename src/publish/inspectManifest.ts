import { createPublicKey, verify } from 'node:crypto'
import { isEnvelope, MANIFEST_PAYLOAD_TYPE, openEnvelope } from '../domain/envelope.js'
import { PluginDockError, type SignatureError } from '../domain/errors/index.js'
import { type PluginManifest, parseManifest, readManifest, readManifestDocument } from '../domain/manifest.js'
import { maySign, readTrust, type TrustOptions } from '../domain/trust.js'
import {
  assertScope,
  assertThreshold,
  checkSignatures,
  type SignatureFinding,
  unsigned,
  type VerifySignature,
} from '../domain/verification.js'

/** What became of one signature. Without keys to compare with, who signed is what somebody says, and `unknown-key`. */
export interface ManifestSignature {
  readonly keyid: string
  readonly outcome: SignatureFinding['outcome'] | 'wrong-plugin'
}

export interface InspectedManifest {
  readonly manifest: PluginManifest
  readonly isSigned: boolean
  readonly signatures: readonly ManifestSignature[]
  /** Why a dock with these keys would not trust it; absent where it would, or no keys were given. */
  readonly refusal?: SignatureError | undefined
}

/**
 * Reads the bytes of a manifest, signed or not, and says who signed it. With `trust`, also whether a dock with these keys
 * would trust it; key lists are not asked for, nor what a dock has seen before, nor the time.
 *
 * @throws ManifestError or SignatureError for what cannot be read at all; UnsupportedError for keys that are none.
 */
export async function inspectManifest(source: Uint8Array, trust?: TrustOptions): Promise<InspectedManifest> {
  const value = readManifestDocument(source)
  const rules = trust && readTrust(trust)
  if (!isEnvelope(value)) {
    const refusal = rules?.isRequired ? unsigned(undefined) : undefined
    return { manifest: parseManifest(value), isSigned: false, signatures: [], refusal }
  }
  const envelope = openEnvelope(value, MANIFEST_PAYLOAD_TYPE)
  const manifest = readManifest(envelope.payload)
  const ring = rules?.root ?? { keys: [], threshold: 1 }
  const findings = await checkSignatures(envelope, ring, verifyInNode)
  const signatures = findings.map(({ keyid, outcome, key }) => ({
    keyid,
    outcome: key && !maySign(key, manifest.id) ? ('wrong-plugin' as const) : outcome,
  }))
  const isByStrangers = findings.every(({ outcome }) => outcome === 'unknown-key')
  if (!rules || (!rules.isRequired && isByStrangers)) return { manifest, isSigned: true, signatures }
  const refusal = refusalOf(() => {
    assertThreshold(findings, ring)
    assertScope(findings, ring, { pluginId: manifest.id })
  })
  return { manifest, isSigned: true, signatures, refusal }
}

function refusalOf(check: () => void): SignatureError | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof PluginDockError && error.code === 'signature') return error as SignatureError // its code says so
    throw error
  }
}

const verifyInNode: VerifySignature = async ({ publicKey, signature, message }) => {
  const x = Buffer.from(publicKey).toString('base64url')
  return verify(null, message, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature)
}
