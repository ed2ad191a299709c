import type { Bytes } from '../domain/bytes.js'
import { NetworkError } from '../domain/errors/index.js'
import type { ByteSource, FetchRequest } from '../ports/fetcher.js'
import { offsetOfAnswer, strongEtag } from './answer.js'
import { Interruptible } from './interruptible.js'
import { StallWatch } from './stallWatch.js'
import type { TransferOrder, TransferPorts } from './transferOrder.js'

/** An answer that is being read. */
export interface OpenStream {
  /** Where in the bundle the first byte lies. */
  readonly offset: number
  readonly etag: string | undefined
  /** Reads at least one byte into `target`, or 0 at the end; see `ByteSource`. Counts, paces and watches what comes. */
  readInto(target: Bytes): Promise<number>
  close(): Promise<void>
}

type Wanted = Pick<FetchRequest, 'range' | 'ifRange'> & { readonly url: string }

/** Asks for bytes from `range.offset` on and hands out the stream, positioned. */
export async function openStream(wanted: Wanted, order: TransferOrder, ports: TransferPorts): Promise<OpenStream> {
  const { clock, fetcher } = ports
  const { headersMs, stallMs } = order.timeouts
  const answer = await fetcher.open({ ...wanted, signal: order.signal, timeouts: { headersMs } })
  try {
    const asked = { url: wanted.url, offset: wanted.range?.offset ?? 0, size: order.size }
    const offset = offsetOfAnswer(answer, asked, clock.now())
    const watch = new StallWatch(clock, stallMs, wanted.url, order.signal)
    const waiting = new Interruptible(watch.signal)
    return {
      offset,
      etag: strongEtag(answer),
      readInto: (target) => readPaced({ body: answer.body, watch, waiting }, order, ports, target),
      close: async () => {
        watch.stop()
        waiting.end()
        await answer.body.cancel()
      },
    }
  } catch (error) {
    await answer.body.cancel()
    throw error
  }
}

/** Drops `bytes` bytes of a stream that began before what was wanted. */
export async function skip(stream: OpenStream, bytes: number, url: string): Promise<void> {
  const dropped = new Uint8Array(Math.min(bytes, 64 * 1024))
  for (let left = bytes; left > 0; ) {
    const count = await stream.readInto(dropped.subarray(0, Math.min(left, dropped.length)))
    if (count === 0) throw cutShort(url)
    left -= count
  }
}

export function cutShort(url: string): NetworkError {
  return new NetworkError(`${new URL(url).host || url} ended the transfer before the end of the file`, { url })
}

interface Watched {
  readonly body: ByteSource
  readonly watch: StallWatch
  readonly waiting: Interruptible
}

async function readPaced(
  { body, watch, waiting }: Watched,
  { limiters, meter, signal }: TransferOrder,
  { clock }: TransferPorts,
  target: Bytes,
): Promise<number> {
  const limits = limiters.filter((limiter) => limiter.bytesPerSecond)
  const room = limits.reduce((bytes, limiter) => Math.min(bytes, limiter.pieceBytes), target.length)
  watch.begin()
  const count = await waiting.for(body.readInto(room < target.length ? target.subarray(0, room) : target))
  watch.end()
  if (count === 0) return 0
  meter.bytesTransferred += count
  meter.lastByteAt = clock.now()
  if (limits.length === 0) return count
  for (const limiter of limits) await limiter.spend(count, signal)
  return count
}
