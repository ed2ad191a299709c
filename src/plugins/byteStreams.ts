import type { Bytes } from '../domain/bytes.js'
import { UnsupportedError } from '../domain/errors/index.js'

/** A stream that asks `pieces` for the next one only when somebody reads; cancelling it ends `pieces`. */
export function streamOf(pieces: AsyncGenerator<Bytes, void>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await pieces.next()
        if (next.done) controller.close()
        else controller.enqueue(next.value)
      },
      async cancel() {
        await pieces.return()
      },
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
