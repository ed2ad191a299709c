import type { Bytes } from '../domain/bytes.js'
import { NetworkError } from '../domain/errors/index.js'
import type { ByteSource, FetchRequest } from '../ports/fetcher.js'
import { offsetOfAnswer, strongEtag } from './answer.js'
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
    return {
      offset,
      etag: strongEtag(answer),
      readInto: (target) => readPaced(answer.body, watch, order, ports, target),
      close: async () => {
        watch.stop()
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

async function readPaced(
  body: ByteSource,
  watch: StallWatch,
  { limiters, meter, signal }: TransferOrder,
  { clock }: TransferPorts,
  target: Bytes,
): Promise<number> {
  const piece = limiters.reduce((bytes, limiter) => Math.min(bytes, limiter.pieceBytes), target.length)
  const count = await unlessAborted(body.readInto(target.subarray(0, piece)), watch.signal)
  if (count === 0) return 0
  watch.touch()
  meter.bytesTransferred += count
  meter.lastByteAt = clock.now()
  for (const limiter of limiters) await limiter.spend(count, signal)
  watch.touch()
  return count
}

/** The read itself ends when its stream is closed; nobody waits for it any more. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}
