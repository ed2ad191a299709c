import type { Bytes } from '../domain/bytes.js'
import type { Signatures } from '../ports/signatures.js'

/**
 * Ed25519 by WebCrypto; where the engine has none of it (Hermes, Safari before 17, Chromium before 137) by
 * `@noble/curves`, which is loaded then and not before.
 */
export function createEd25519({ subtle } = globalThis.crypto ?? {}): Signatures {
  return {
    async verify({ publicKey, signature, message }) {
      const key = await importKey(subtle, publicKey)
      if (key) return subtle.verify('Ed25519', key, signature, message)
      const { ed25519 } = await import('./softwareEd25519.js')
      try {
        // as RFC 8032 has it, and as WebCrypto does it
        return ed25519.verify(signature, message, publicKey, { zip215: false })
      } catch {
        return false
      }
    },
  }
}

/** `undefined` where the engine cannot. */
async function importKey(subtle: SubtleCrypto | undefined, publicKey: Bytes): Promise<CryptoKey | undefined> {
  try {
    return await subtle?.importKey('raw', publicKey, 'Ed25519', false, ['verify'])
  } catch {
    return undefined
  }
}
