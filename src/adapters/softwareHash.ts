import type { Bytes } from '../domain/bytes.js'
import type { IntegrityAlgorithm } from '../domain/integrity.js'
import type { IncrementalHash } from '../ports/digester.js'

/**
 * SHA-2 (FIPS 180-4) in plain JavaScript: a running digest for hosts that have none, at a few MiB/s for SHA-384 and
 * SHA-512. Meant for the memory host and for small bundles without chunks, not for the byte path.
 */
export function createSoftwareHash(algorithm: IntegrityAlgorithm): IncrementalHash {
  const variant = VARIANTS[algorithm]
  return runHash(variant, variant.start())
}

/** The part of SHA-2 that differs between word sizes. */
interface Compression {
  compress(block: DataView): void
  /** The whole state, big-endian. */
  finish(): Bytes
}

interface Variant {
  readonly blockBytes: number
  readonly digestBytes: number
  start(): Compression
}

const VARIANTS: Record<IntegrityAlgorithm, Variant> = {
  sha256: { blockBytes: 64, digestBytes: 32, start: () => compress32(squareRoots(0, 32n)) },
  sha384: { blockBytes: 128, digestBytes: 48, start: () => compress64(squareRoots(8, 64n)) },
  sha512: { blockBytes: 128, digestBytes: 64, start: () => compress64(squareRoots(0, 64n)) },
}

function runHash({ blockBytes, digestBytes }: Variant, compression: Compression): IncrementalHash {
  const block = new Uint8Array(blockBytes)
  const view = new DataView(block.buffer)
  let total = 0
  const update = (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length; ) {
      const at = total % blockBytes
      const piece = bytes.subarray(done, done + blockBytes - at)
      block.set(piece, at)
      done += piece.length
      total += piece.length
      if (at + piece.length === blockBytes) compression.compress(view)
    }
  }
  return {
    update,
    digest() {
      update(padding(total, blockBytes))
      return compression.finish().slice(0, digestBytes)
    },
  }
}

/** A one bit, zeros, and the length in bits at the end of the last block. */
function padding(total: number, blockBytes: number): Bytes {
  const lengthBytes = blockBytes / 8
  const zeros = (2 * blockBytes - lengthBytes - 1 - (total % blockBytes)) % blockBytes
  const bytes = new Uint8Array(1 + zeros + lengthBytes)
  bytes[0] = 0x80
  new DataView(bytes.buffer).setBigUint64(bytes.length - 8, BigInt(total) * 8n)
  return bytes
}

function compress32(initial: readonly bigint[]): Compression {
  const state = Uint32Array.from(initial, Number)
  const constants = Uint32Array.from(cubeRoots(64, 32n), Number)
  const words = new Uint32Array(64)
  return {
    compress(block) {
      for (let at = 0; at < 64; at++) words[at] = at < 16 ? block.getUint32(at * 4) : nextWord32(words, at)
      rounds32(state, constants, words)
    },
    finish: () => bigEndian32(state),
  }
}

function nextWord32(words: Uint32Array, at: number): number {
  const [w15, w2] = [word(words, at - 15), word(words, at - 2)]
  const s0 = rotate32(w15, 7) ^ rotate32(w15, 18) ^ (w15 >>> 3)
  const s1 = rotate32(w2, 17) ^ rotate32(w2, 19) ^ (w2 >>> 10)
  return word(words, at - 16) + s0 + word(words, at - 7) + s1
}

function rounds32(state: Uint32Array, constants: Uint32Array, words: Uint32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let at = 0; at < 64; at++) {
    const choice = (e & f) ^ (~e & g)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const sum1 = rotate32(e, 6) ^ rotate32(e, 11) ^ rotate32(e, 25)
    const sum0 = rotate32(a, 2) ^ rotate32(a, 13) ^ rotate32(a, 22)
    const step = (h + sum1 + choice + word(constants, at) + word(words, at)) | 0
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + step) | 0, c, b, a, (step + sum0 + majority) | 0]
  }
  for (const [at, value] of [a, b, c, d, e, f, g, h].entries()) state[at] = word(state, at) + value
}

function compress64(initial: readonly bigint[]): Compression {
  const state = BigUint64Array.from(initial)
  const constants = cubeRoots(80, 64n)
  const words = new BigUint64Array(80)
  return {
    compress(block) {
      for (let at = 0; at < 80; at++) words[at] = at < 16 ? block.getBigUint64(at * 8) : nextWord64(words, at)
      rounds64(state, constants, words)
    },
    finish: () => bigEndian64(state),
  }
}

function nextWord64(words: BigUint64Array, at: number): bigint {
  const [w15, w2] = [long(words, at - 15), long(words, at - 2)]
  const s0 = rotate64(w15, 1n) ^ rotate64(w15, 8n) ^ (w15 >> 7n)
  const s1 = rotate64(w2, 19n) ^ rotate64(w2, 61n) ^ (w2 >> 6n)
  return long(words, at - 16) + s0 + long(words, at - 7) + s1
}

function rounds64(state: BigUint64Array, constants: readonly bigint[], words: BigUint64Array): void {
  let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state
  for (let at = 0; at < 80; at++) {
    const choice = (e & f) ^ (~e & g)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const sum1 = rotate64(e, 14n) ^ rotate64(e, 18n) ^ rotate64(e, 41n)
    const sum0 = rotate64(a, 28n) ^ rotate64(a, 34n) ^ rotate64(a, 39n)
    const step = h + sum1 + choice + (constants[at] ?? 0n) + long(words, at)
    ;[h, g, f, e, d, c, b, a] = [g, f, e, unsigned64(d + step), c, b, a, unsigned64(step + sum0 + majority)]
  }
  for (const [at, value] of [a, b, c, d, e, f, g, h].entries()) state[at] = long(state, at) + value
}

function word(words: Uint32Array, at: number): number {
  return words[at] ?? 0
}

function long(words: BigUint64Array, at: number): bigint {
  return words[at] ?? 0n
}

function rotate32(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits))
}

function rotate64(value: bigint, bits: bigint): bigint {
  return unsigned64((value >> bits) | (value << (64n - bits)))
}

function unsigned64(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}

function bigEndian32(state: Uint32Array): Bytes {
  const view = new DataView(new ArrayBuffer(32))
  for (const [at, value] of state.entries()) view.setUint32(at * 4, value)
  return new Uint8Array(view.buffer)
}

function bigEndian64(state: BigUint64Array): Bytes {
  const view = new DataView(new ArrayBuffer(64))
  for (const [at, value] of state.entries()) view.setBigUint64(at * 8, value)
  return new Uint8Array(view.buffer)
}

/** The standard's start value: of eight primes, the first one being number `from`. */
function squareRoots(from: number, bits: bigint): bigint[] {
  return firstPrimes(from + 8)
    .slice(from)
    .map((prime) => root(prime, 2n, bits))
}

/** The standard's round constants. */
function cubeRoots(count: number, bits: bigint): bigint[] {
  return firstPrimes(count).map((prime) => root(prime, 3n, bits))
}

/** The first bits of the fraction of a prime's square or cube root. */
function root(prime: number, degree: bigint, bits: bigint): bigint {
  const radicand = BigInt(prime) << (bits * degree)
  let low = 0n
  let high = 1n << (bits + 16n)
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (middle ** degree <= radicand) low = middle
    else high = middle
  }
  return BigInt.asUintN(Number(bits), low)
}

function firstPrimes(count: number): number[] {
  const primes: number[] = []
  for (let candidate = 2; primes.length < count; candidate++) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate)
  }
  return primes
}
