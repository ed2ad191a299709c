import { createHash } from 'node:crypto'

/** Says where chunks end, of bytes that it is given in order and in pieces of any size. */
export interface ChunkCutter {
  /** The length of all chunks but the last, where that is so. */
  readonly fixedLength: number | undefined
  /** Where in `bytes` the chunk ends that goes on at `from`; `undefined` where all the rest belongs to it. */
  endOfChunk(bytes: Uint8Array, from: number): number | undefined
  /** Told that the bytes to come are another matter; says whether the chunk ends here because of that. */
  endSection(): boolean
}

/** Chunks of one length; the last takes what is left. */
export class FixedCutter implements ChunkCutter {
  readonly fixedLength: number
  #length = 0

  constructor(fixedLength: number) {
    this.fixedLength = fixedLength
  }

  endOfChunk(bytes: Uint8Array, from: number): number | undefined {
    const end = from + this.fixedLength - this.#length
    this.#length = end > bytes.length ? this.#length + bytes.length - from : 0
    return end > bytes.length ? undefined : end
  }

  endSection(): boolean {
    return false
  }
}

const SHORTEST = 1 / 4
const USUAL = 13 / 16
const LONGEST = 2
/** Cuts are four times as rare as the average asks for before the usual length, and four times as frequent after it. */
const NORMALISATION_BITS = 2
const HASH_BITS = 32

/**
 * Chunks whose ends depend on the bytes around them and not on where those are, so that equal bytes are cut alike
 * wherever they stand: FastCDC (Xia et al., 2016), with chunks normalised at level 2. Where bytes were inserted or
 * removed, the cuts are the old ones again after a chunk or two.
 *
 * No chunk but a section's last is shorter than a quarter of `averageBytes`, none is longer than twice that. Bytes without
 * pattern come out at the average: that is what `USUAL` is measured for.
 */
export class ContentCutter implements ChunkCutter {
  readonly fixedLength = undefined
  /** In bytes; a section's last chunk may be shorter. */
  readonly shortest: number
  /** In bytes. */
  readonly longest: number
  readonly #usual: number
  readonly #rare: number
  readonly #frequent: number
  #length = 0
  #hash = 0

  /** @param averageBytes a power of two */
  constructor(averageBytes: number) {
    const bits = Math.log2(averageBytes)
    this.shortest = averageBytes * SHORTEST
    this.#usual = averageBytes * USUAL
    this.longest = averageBytes * LONGEST
    this.#rare = highBits(bits + NORMALISATION_BITS)
    this.#frequent = highBits(bits - NORMALISATION_BITS)
  }

  endOfChunk(bytes: Uint8Array, from: number): number | undefined {
    const start = from - this.#length
    const usual = start + this.#usual
    const longest = start + this.longest
    const end =
      this.#find(bytes, Math.max(from, start + this.shortest), usual, this.#rare) ??
      this.#find(bytes, Math.max(from, usual), longest, this.#frequent) ??
      (longest <= bytes.length ? longest : undefined)
    if (end === undefined) this.#length = bytes.length - start
    else this.#startOver()
    return end
  }

  endSection(): boolean {
    this.#startOver()
    return true
  }

  #startOver(): void {
    this.#length = 0
    this.#hash = 0
  }

  /** Four bytes a turn: that makes up for what the checks of a loop cost. */
  #find(bytes: Uint8Array, from: number, to: number, mask: number): number | undefined {
    const end = Math.min(to, bytes.length)
    let hash = this.#hash
    let at = from
    for (; at + 4 <= end; at += 4) {
      hash = roll(hash, bytes[at])
      if ((hash & mask) === 0) return at + 1
      hash = roll(hash, bytes[at + 1])
      if ((hash & mask) === 0) return at + 2
      hash = roll(hash, bytes[at + 2])
      if ((hash & mask) === 0) return at + 3
      hash = roll(hash, bytes[at + 3])
      if ((hash & mask) === 0) return at + 4
    }
    for (; at < end; at++) {
      hash = roll(hash, bytes[at])
      if ((hash & mask) === 0) return at + 1
    }
    this.#hash = hash
    return undefined
  }
}

/**
 * Random numbers that anybody can make again, one a byte: the first 32 bits, big-endian, of the SHA-256 of
 * `plugdock gear 1` and that byte. Another table would cut elsewhere, and updates across it would reuse nothing.
 */
const GEAR = Int32Array.from({ length: 256 }, (_, byte) =>
  createHash('sha256').update('plugdock gear 1').update(Uint8Array.of(byte)).digest().readInt32BE(),
)

/** A byte is shifted out after 32 others: the high bits know the most of them. */
function roll(hash: number, byte = 0): number {
  return ((hash << 1) + (GEAR[byte] ?? 0)) | 0
}

function highBits(count: number): number {
  return -1 << (HASH_BITS - count)
}
