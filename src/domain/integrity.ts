import { type Bytes, equalBytes, fromBase64, toBase64 } from './bytes.js'

/** Subresource Integrity, strongest algorithm last. */
export const INTEGRITY_ALGORITHMS = ['sha256', 'sha384', 'sha512'] as const
export type IntegrityAlgorithm = (typeof INTEGRITY_ALGORITHMS)[number]

const DIGEST_BYTES: Record<IntegrityAlgorithm, number> = { sha256: 32, sha384: 48, sha512: 64 }

/** What the bytes must hash to: any one of `digests`, by the strongest algorithm that was listed. */
export interface Integrity {
  readonly algorithm: IntegrityAlgorithm
  readonly digests: readonly Bytes[]
}

/**
 * Reads an SRI string. An unknown algorithm or a digest of the wrong length makes the whole string invalid: a
 * weaker entry never stands in for a stronger one that could not be read.
 */
export function parseIntegrity(text: string): Integrity | undefined {
  const entries = text.trim().split(/\s+/).map(parseEntry)
  const known = entries.filter((entry) => entry !== undefined)
  if (known.length === 0 || known.length !== entries.length) return undefined
  const strongest = known.reduce((best, entry) => (rank(entry.algorithm) > rank(best.algorithm) ? entry : best))
  const digests = known.filter((entry) => entry.algorithm === strongest.algorithm).map((entry) => entry.digest)
  return { algorithm: strongest.algorithm, digests }
}

export function formatIntegrity(algorithm: IntegrityAlgorithm, digest: Uint8Array): string {
  return `${algorithm}-${toBase64(digest)}`
}

export function matchesIntegrity(integrity: Integrity, digest: Uint8Array): boolean {
  return integrity.digests.some((expected) => equalBytes(expected, digest))
}

function parseEntry(entry: string): { algorithm: IntegrityAlgorithm; digest: Bytes } | undefined {
  const dash = entry.indexOf('-')
  const algorithm = INTEGRITY_ALGORITHMS.find((name) => name === entry.slice(0, dash))
  const digest = fromBase64(entry.slice(dash + 1))
  if (!algorithm || digest?.length !== DIGEST_BYTES[algorithm]) return undefined
  return { algorithm, digest }
}

function rank(algorithm: IntegrityAlgorithm): number {
  return INTEGRITY_ALGORITHMS.indexOf(algorithm)
}
