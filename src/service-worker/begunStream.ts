import { piecesOf } from '../plugins/byteStreams.js'

/**
 * The stream's bytes, once the first of them are there: what fails before that rejects, and what fails later makes the
 * stream fail. `onEnd` is called once.
 */
export async function begunStream(
  stream: ReadableStream<Uint8Array>,
  onEnd: (isFaulty: boolean) => void,
): Promise<ReadableStream<Uint8Array>> {
  const pieces = piecesOf(stream)
  let ahead: IteratorResult<Uint8Array, void> | undefined
  try {
    ahead = await pieces.next()
  } catch (error) {
    onEnd(true)
    throw error
  }
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const next = ahead ?? (await pieces.next())
          ahead = undefined
          if (!next.done) return controller.enqueue(next.value)
          controller.close()
          onEnd(false)
        } catch (error) {
          controller.error(error)
          onEnd(true)
        }
      },
      async cancel() {
        await pieces.return()
        onEnd(false)
      },
    },
    { highWaterMark: 0 },
  )
}
