import type { Bytes } from '../domain/bytes.js'
import type { ByteSource } from '../ports/fetcher.js'

/** What a stream that reads into given buffers is given: the size at which this was measured fastest. */
const SCRATCH_BYTES = 512 * 1024
/** Kept for streams to come: each takes longer to make, and to collect, than a small file to read. */
const MOST_SPARE = 3
const spare: ArrayBuffer[] = []

/** Reads one piece of at most `maxBytes`, valid until the next is read; `undefined` at the end. */
interface PieceReader {
  read(maxBytes: number): Promise<Uint8Array | undefined>
  cancel(): Promise<void>
}

export interface StreamSourceOptions {
  /** Makes the error that a broken read rejects with. */
  readonly toError: (cause: unknown) => unknown
  /** Called once, after the end, a failure or `cancel`. */
  readonly onEnd: () => void
}

/** A web stream as a source. It reads into one buffer of its own where the stream can do that (BYOB). */
export function createStreamSource(stream: ReadableStream<Uint8Array>, options: StreamSourceOptions): ByteSource {
  const reader = openReader(stream)
  const end = once(options.onEnd)
  let isCancelled = false
  return {
    async readInto(target) {
      try {
        const piece = await reader.read(target.length)
        // After a cancel the memory may be somebody else's already.
        if (piece && !isCancelled) target.set(piece)
        else end()
        return isCancelled ? 0 : (piece?.length ?? 0)
      } catch (cause) {
        end()
        throw options.toError(cause)
      }
    },
    async cancel() {
      isCancelled = true
      await reader.cancel().catch(() => {})
      end()
    },
  }
}

/** The body of an answer that has none. */
export function createEmptySource(): ByteSource {
  return { readInto: async () => 0, cancel: async () => {} }
}

function openReader(stream: ReadableStream<Uint8Array>): PieceReader {
  try {
    return byobReader(stream.getReader({ mode: 'byob' }))
  } catch {
    return defaultReader(stream.getReader())
  }
}

function byobReader(reader: ReadableStreamBYOBReader): PieceReader {
  let scratch: ArrayBuffer | undefined
  return {
    async read(maxBytes) {
      scratch ??= spare.pop() ?? new ArrayBuffer(SCRATCH_BYTES)
      const view: Bytes = new Uint8Array(scratch, 0, Math.min(maxBytes, SCRATCH_BYTES))
      const { value, done } = await reader.read(view)
      // The end gives the buffer back; a cancelled stream keeps it.
      scratch = value?.buffer
      if (!done) return value
      if (scratch && spare.length < MOST_SPARE) spare.push(scratch)
      scratch = undefined
      return undefined
    },
    cancel: () => reader.cancel(),
  }
}

/** What was more than asked for waits for the next read. */
function defaultReader(reader: ReadableStreamDefaultReader<Uint8Array>): PieceReader {
  let rest: Uint8Array = new Uint8Array(0)
  return {
    async read(maxBytes) {
      while (rest.length === 0) {
        const { value, done } = await reader.read()
        if (done) return undefined
        rest = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      }
      const piece = rest.subarray(0, maxBytes)
      rest = rest.subarray(piece.length)
      return piece
    },
    cancel: () => reader.cancel(),
  }
}

function once(call: () => void): () => void {
  let called = false
  return () => {
    if (called) return
    called = true
    call()
  }
}
