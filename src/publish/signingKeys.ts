import { generateKeyPairSync } from 'node:crypto'
import type { TrustedKey } from '../domain/trust.js'
import { publicPartOf, readPrivateKey } from './privateKeys.js'

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
