import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { UnsupportedError } from '../domain/errors/index.js'
import type { TrustedKey } from '../domain/trust.js'

/** A pair of keys that was just made. */
export interface SigningKey {
  /** PKCS#8. Whoever has it can sign: keep it where nobody else reads. */
  readonly privateKeyPem: string
  /** For the option `trust` of apps. */
  readonly trustedKey: TrustedKey
}

/** Makes an Ed25519 key. */
export function generateSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ed25519')
  const privateKeyPem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  return { privateKeyPem, trustedKey: publicPartOf(privateKey) }
}

/**
 * The public part of a private key, as apps are given it; its id is the SHA-256 of the 32 bytes of the public key, in hex.
 * Throws `UnsupportedError` for what is no Ed25519 key.
 */
export function trustedKeyOf(privateKeyPem: string): TrustedKey {
  return publicPartOf(readPrivateKey(privateKeyPem))
}

export function readPrivateKey(pem: string): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch (cause) {
    throw new UnsupportedError('The key is no private key in PEM (PKCS#8), or it is encrypted', { cause })
  }
  if (key.asymmetricKeyType === 'ed25519') return key
  throw new UnsupportedError(`The key is for ${key.asymmetricKeyType}; only Ed25519 is used here`)
}

function publicPartOf(privateKey: KeyObject): TrustedKey {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  const keyid = createHash('sha256').update(Buffer.from(x, 'base64url')).digest('hex')
  return { keyid, algorithm: 'ed25519', publicKey: { kty: 'OKP', crv: 'Ed25519', x } }
}
