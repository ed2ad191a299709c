import { type Bytes, fromBase64, toBase64 } from './bytes.js'

export const DIGEST_LENGTH = 32
/** Bytes a chunk, where plugdock cuts a bundle itself. */
export const DEFAULT_CHUNK_LENGTH = 128 * 1024

/** A run of neighbouring chunks: `first` to `last`, both included. `offset` and `length` are in bytes. */
export interface ChunkRun {
  readonly first: number
  readonly last: number
  readonly offset: number
  readonly length: number
}

/** The form in manifests and records. */
export interface SerializedChunkMap {
  readonly algorithm: 'sha256'
  readonly lengths: number | readonly number[]
  readonly digests: string
}

/** A bundle as a list of (length, SHA-256): the one thing that decides which bytes count. Immutable. */
export class ChunkMap {
  readonly size: number
  readonly count: number
  readonly longest: number
  readonly #fixedLength: number | undefined
  readonly #offsets: Float64Array | undefined
  readonly #digests: Bytes

  private constructor(size: number, lengths: number | readonly number[], digests: Bytes) {
    this.size = size
    this.count = digests.length / DIGEST_LENGTH
    this.#digests = digests
    if (typeof lengths === 'number') {
      this.#fixedLength = lengths
      this.longest = Math.min(lengths, size)
    } else {
      this.#offsets = offsetsOf(lengths)
      this.longest = lengths.reduce((longest, length) => Math.max(longest, length), 0)
    }
  }

  /** `lengths`: one number for all chunks but the last, or the list. `digests`: 32 bytes a chunk, in order. */
  static of(size: number, lengths: number | readonly number[], digests: Bytes): ChunkMap {
    return new ChunkMap(size, lengths, digests)
  }

  /** From a manifest or a record that was checked: lengths and digests agree with `size`. */
  static from(size: number, map: SerializedChunkMap): ChunkMap {
    return new ChunkMap(size, map.lengths, fromBase64(map.digests) ?? new Uint8Array())
  }

  serialize(): SerializedChunkMap {
    return { algorithm: 'sha256', lengths: this.lengths, digests: toBase64(this.#digests) }
  }

  /** As they are serialized: one number for all chunks but the last, or the list. */
  get lengths(): SerializedChunkMap['lengths'] {
    return this.#fixedLength ?? this.#lengths()
  }

  offset(index: number): number {
    if (this.#offsets) return this.#offsets[index] ?? this.size
    return Math.min(index * (this.#fixedLength ?? 0), this.size)
  }

  length(index: number): number {
    return this.offset(index + 1) - this.offset(index)
  }

  digest(index: number): Bytes {
    return this.#digests.subarray(index * DIGEST_LENGTH, (index + 1) * DIGEST_LENGTH)
  }

  /** The chunk that holds the byte at `offset`. */
  indexAt(offset: number): number {
    if (this.#fixedLength) return Math.floor(offset / this.#fixedLength)
    let low = 0
    let high = this.count - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.offset(middle) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  run(first: number, last: number): ChunkRun {
    const offset = this.offset(first)
    return { first, last, offset, length: this.offset(last + 1) - offset }
  }

  /**
   * The bytes whose SHA-256 is the bundle's address. The same cut has the same address whether its lengths
   * were given as one number or as a list.
   */
  canonicalBytes(): Bytes {
    const head = new TextEncoder().encode('plugdock chunks 1\nsha256\n')
    const bytes = new Uint8Array(head.length + this.count * (4 + DIGEST_LENGTH))
    bytes.set(head)
    const view = new DataView(bytes.buffer)
    for (let index = 0, at = head.length; index < this.count; index++, at += 4 + DIGEST_LENGTH) {
      view.setUint32(at, this.length(index))
      bytes.set(this.digest(index), at + 4)
    }
    return bytes
  }

  #lengths(): number[] {
    return Array.from({ length: this.count }, (_, index) => this.length(index))
  }
}

function offsetsOf(lengths: readonly number[]): Float64Array {
  const offsets = new Float64Array(lengths.length + 1)
  lengths.forEach((length, index) => {
    offsets[index + 1] = (offsets[index] ?? 0) + length
  })
  return offsets
}
