import type { Bytes } from '../domain/bytes.js'
import type { ByteSource } from '../ports/fetcher.js'

type Step = Awaited<ReturnType<ByteSource['readInto']>>

/** Reads one piece into the buffer it is given. */
interface PieceReader {
  read(buffer: ArrayBuffer, start: number, end: number): Promise<Step>
  cancel(): Promise<void>
}

export interface StreamSourceOptions {
  /** Makes the error that a broken read rejects with. */
  readonly toError: (cause: unknown) => unknown
  /** Called once, after the end, a failure or `cancel`. */
  readonly onEnd: () => void
}

/** A web stream as a source, without a copy where the stream reads into buffers that it is given (BYOB). */
export function createStreamSource(stream: ReadableStream<Uint8Array>, options: StreamSourceOptions): ByteSource {
  const reader = openReader(stream)
  const end = once(options.onEnd)
  return {
    async readInto(buffer, start, stop) {
      if (stop <= start) return { buffer, bytesRead: 0, done: false }
      try {
        const step = await reader.read(buffer, start, stop)
        if (step.done) end()
        return step
      } catch (cause) {
        end()
        throw options.toError(cause)
      }
    },
    async cancel() {
      await reader.cancel().catch(() => {})
      end()
    },
  }
}

/** The body of an answer that has none. */
export function createEmptySource(): ByteSource {
  return { readInto: async (buffer) => ({ buffer, bytesRead: 0, done: true }), cancel: async () => {} }
}

function openReader(stream: ReadableStream<Uint8Array>): PieceReader {
  try {
    return byobReader(stream.getReader({ mode: 'byob' }))
  } catch {
    return defaultReader(stream.getReader())
  }
}

function byobReader(reader: ReadableStreamBYOBReader): PieceReader {
  return {
    async read(buffer, start, end) {
      const { byteLength } = buffer
      const { value, done } = await reader.read(new Uint8Array(buffer, start, end - start))
      // A cancelled stream keeps the buffer.
      if (!value) return { buffer: new ArrayBuffer(byteLength), bytesRead: 0, done: true }
      return { buffer: value.buffer, bytesRead: value.byteLength, done: done ?? false }
    },
    cancel: () => reader.cancel(),
  }
}

/** What did not fit into one buffer waits for the next. */
function defaultReader(reader: ReadableStreamDefaultReader<Uint8Array>): PieceReader {
  let rest: Uint8Array = new Uint8Array(0)
  return {
    async read(buffer, start, end) {
      while (rest.length === 0) {
        const { value, done } = await reader.read()
        if (done) return { buffer, bytesRead: 0, done: true }
        rest = value
      }
      const piece = rest.subarray(0, end - start)
      rest = rest.subarray(piece.length)
      copy(piece, buffer, start)
      return { buffer, bytesRead: piece.length, done: false }
    },
    cancel: () => reader.cancel(),
  }
}

function copy(piece: Uint8Array, buffer: ArrayBuffer, start: number): void {
  const target: Bytes = new Uint8Array(buffer, start, piece.length)
  target.set(piece)
}

function once(call: () => void): () => void {
  let called = false
  return () => {
    if (called) return
    called = true
    call()
  }
}
