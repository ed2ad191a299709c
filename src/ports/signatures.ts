import type { VerifySignature } from '../domain/verification.js'

/** Checks Ed25519 signatures. */
export interface Signatures {
  readonly verify: VerifySignature
}
