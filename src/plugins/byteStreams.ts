import type { Bytes } from '../domain/bytes.js'
import { UnsupportedError } from '../domain/errors/index.js'

/**
 * A stream that asks `pieces` for the next one only when somebody reads. Cancelling it ends `pieces`; so does `signal`,
 * whose reason the stream then fails with, read or not.
 */
export function streamOf(pieces: AsyncGenerator<Uint8Array, void>, signal?: AbortSignal): ReadableStream<Uint8Array> {
  const ended = new AbortController()
  const end = async () => {
    ended.abort()
    await pieces.return()
  }
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const fail = () => {
          controller.error(signal?.reason)
          // A read under way fails on its own, and nobody is left to hear of it.
          end().catch(() => {})
        }
        if (signal?.aborted) fail()
        else signal?.addEventListener('abort', fail, { signal: ended.signal })
      },
      async pull(controller) {
        const next = await pieces.next()
        if (ended.signal.aborted) return
        if (!next.done) return controller.enqueue(next.value)
        ended.abort()
        controller.close()
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
}

/** The pieces of a stream, for `for await`. Leaving the loop early cancels the stream. */
export async function* piecesOf<T extends Uint8Array>(stream: ReadableStream<T>): AsyncGenerator<T, void> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    // Does nothing where the stream has ended; where it failed, the loop has thrown that already.
    await reader.cancel().catch(() => {})
  }
}

/** Memory for `length` bytes, or an error that a caller can act on. */
export function allocate(length: number): Bytes {
  try {
    return new Uint8Array(length)
  } catch (cause) {
    const message = `${length} bytes do not fit into memory here: read the file as a stream`
    throw new UnsupportedError(message, { cause })
  }
}
