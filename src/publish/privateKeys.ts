import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { UnsupportedError } from '../domain/errors/index.js'
import type { TrustedKey } from '../domain/trust.js'

/** Throws `UnsupportedError` for what is no Ed25519 key in PEM. */
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

/** Its id is the SHA-256 of the 32 bytes of the public key, in hex. */
export function publicPartOf(privateKey: KeyObject): TrustedKey {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  const keyid = createHash('sha256').update(Buffer.from(x, 'base64url')).digest('hex')
  return { keyid, algorithm: 'ed25519', publicKey: { kty: 'OKP', crv: 'Ed25519', x } }
}
