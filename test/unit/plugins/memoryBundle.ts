import { createHash } from 'node:crypto'
import type { Bytes } from '../../../src/domain/bytes.js'
import { ChunkMap } from '../../../src/domain/chunks.js'
import {
  createVerifiedBundle,
  type VerifiedBundle,
  type VerifiedBundleOptions,
} from '../../../src/plugins/verifiedBundle.js'
import type { BundleReader } from '../../../src/ports/bundleStore.js'
import type { Digester } from '../../../src/ports/digester.js'

/** A stored file as a test sees it: what is in it, and what was done with it. */
export class StoredFile implements BundleReader {
  bytes: Bytes
  readonly reads: { offset: number; length: number }[] = []
  closed = 0
  failure: Error | undefined
  /** Reads settle when this does. */
  gate: Promise<unknown> = Promise.resolve()

  constructor(bytes: Uint8Array) {
    this.bytes = Uint8Array.from(bytes)
  }

  get size(): number {
    return this.bytes.length
  }

  get bytesRead(): number {
    return this.reads.reduce((sum, { length }) => sum + length, 0)
  }

  async read(offset: number, length: number): Promise<Bytes> {
    if (this.failure) throw this.failure
    this.reads.push({ offset, length })
    await this.gate
    return this.bytes.slice(offset, offset + length)
  }

  async close(): Promise<void> {
    this.closed++
  }

  flip(at: number): void {
    this.bytes[at] = (this.bytes[at] ?? 0) ^ 0xff
  }
}

/** Counts digests, and how many were under way at once. */
export class CountingDigester implements Digester {
  readonly wholeDigestIsCheap = true
  digests = 0
  underWay = 0
  mostUnderWay = 0

  async digest(bytes: Bytes): Promise<Bytes> {
    this.digests++
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay)
    await Promise.resolve()
    this.underWay--
    return sha256(bytes)
  }

  createHash(): never {
    throw new Error('no test needs it')
  }
}

/** A promise that a test settles when it likes. */
export function pending(): { promise: Promise<unknown>; finish: () => void } {
  let finish = () => {}
  const promise = new Promise<void>((resolve) => {
    finish = resolve
  })
  return { promise, finish: () => finish() }
}

export function chunkMapOf(bytes: Uint8Array, lengths: number | readonly number[]): ChunkMap {
  const cuts = typeof lengths === 'number' ? evenCuts(bytes.length, lengths) : lengths
  const digests: Uint8Array[] = []
  let at = 0
  for (const length of cuts) {
    digests.push(sha256(bytes.subarray(at, at + length)))
    at += length
  }
  return ChunkMap.of(bytes.length, lengths, Uint8Array.from(Buffer.concat(digests)))
}

export interface Stored {
  readonly bundle: VerifiedBundle
  readonly file: StoredFile
  readonly digester: CountingDigester
}

export function store(
  bytes: Uint8Array,
  lengths: number | readonly number[] = 128 * 1024,
  mend?: VerifiedBundleOptions['mend'],
): Stored {
  const file = new StoredFile(bytes)
  const digester = new CountingDigester()
  const map = chunkMapOf(bytes, lengths)
  const bundle = createVerifiedBundle({ reader: file, map, digester, pluginId: 'acme.charts', version: '2.1.0', mend })
  return { bundle, file, digester }
}

/** Bytes that look random and are the same in every run. */
export function noise(length: number, seed = 1): Bytes {
  const bytes = new Uint8Array(length)
  let state = seed
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[at] = state >>> 24
  }
  return bytes
}

export async function collect(stream: ReadableStream<Uint8Array>): Promise<Bytes> {
  const pieces: Uint8Array[] = []
  for await (const piece of stream) pieces.push(piece)
  return Uint8Array.from(Buffer.concat(pieces))
}

/** What a promise rejects with. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error,
  )
}

function sha256(bytes: Uint8Array): Bytes {
  return Uint8Array.from(createHash('sha256').update(bytes).digest())
}

function evenCuts(size: number, length: number): number[] {
  return Array.from({ length: Math.ceil(size / length) }, (_, at) => Math.min(length, size - at * length))
}
