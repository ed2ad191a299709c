import type { Bytes } from '../domain/bytes.js'
import { NetworkError, type PluginDockError } from '../domain/errors/index.js'
import type { ByteSource, FetchAnswer, FetchRequest } from '../ports/fetcher.js'
import { type AnswerPlace, placeOf, strongEtag, webPageError } from './answer.js'
import { Interruptible } from './interruptible.js'
import type { Mirror } from './mirrors.js'
import type { RateLimiter } from './rateLimiter.js'
import { StallWatch } from './stallWatch.js'
import type { TransferOrder, TransferPorts } from './transferOrder.js'

/** An answer that is being read. */
export interface OpenStream extends AnswerPlace {
  /** Where in the bundle the next byte lies. */
  readonly position: number
  readonly etag: string | undefined
  /** Whether all came that was announced. */
  readonly isSpent: boolean
  /** Reads at least one byte into `target`, or 0 at the end; see `ByteSource`. Counts, paces and watches what comes. */
  readInto(target: Bytes): Promise<number>
  close(): Promise<void>
}

export type Wanted = Pick<FetchRequest, 'range' | 'ifRange' | 'signal'> & { readonly url: string }

/** Asks for bytes from `range.offset` on, or for all of them, and hands out the stream, positioned. */
export async function openStream(wanted: Wanted, order: TransferOrder, ports: TransferPorts): Promise<OpenStream> {
  const { clock, fetcher } = ports
  const { connectMs, headersMs } = order.timeouts
  const answer = await fetcher.open({ ...wanted, timeouts: { connectMs, headersMs } })
  try {
    const { range, url } = wanted
    const asked = { url, offset: range?.offset ?? 0, size: order.size, isPart: range !== undefined }
    const place = placeOf(answer, asked, clock.now())
    return new PacedStream({ ...place, etag: strongEtag(answer), answer }, wanted, order, ports)
  } catch (error) {
    await answer.body.cancel()
    throw error
  }
}

/**
 * The same of a part. Browsers refuse some answers to such a request by themselves, as compressed ones, and say no more
 * than that it failed: so a mirror that failed before is asked for the whole as well.
 */
export async function openPart(
  wanted: Wanted,
  mirror: Mirror,
  order: TransferOrder,
  ports: TransferPorts,
): Promise<OpenStream> {
  try {
    return await openStream(wanted, order, ports)
  } catch (error) {
    wanted.signal.throwIfAborted()
    const mayBeRefused = error instanceof NetworkError && error.isUnexplained && mirror.failuresInARow > 0
    if (!mayBeRefused) throw error
    return openStream({ url: wanted.url, signal: wanted.signal }, order, ports)
  }
}

/** Drops what a stream has before `position`. */
export async function skipTo(stream: OpenStream, position: number, mirror: Mirror): Promise<void> {
  if (stream.position === position) return
  const dropped = new Uint8Array(Math.min(position - stream.position, 64 * 1024))
  while (stream.position < position) {
    const count = await stream.readInto(dropped.subarray(0, Math.min(position - stream.position, dropped.length)))
    if (count === 0) throw endedEarly(stream, mirror)
  }
}

/**
 * Why a stream ended before the file did: a page was never the file; and where the server had said that its file has
 * another size, the whole of it was no accident. Else the connection was cut.
 */
export function endedEarly({ isPage, isWhole }: AnswerPlace, { url, wrongSize }: Mirror): PluginDockError {
  if (isPage && isWhole) return webPageError(url)
  if (isWhole && wrongSize) return wrongSize
  return new NetworkError(`${new URL(url).host || url} ended the transfer before the end of the file`, { url })
}

/** For the end of an answer whose last byte is here. */
const END_MS = 500

class PacedStream implements OpenStream {
  readonly offset: number
  readonly isWhole: boolean
  readonly isPage: boolean
  readonly etag: string | undefined
  position: number
  readonly #body: ByteSource
  readonly #length: number | undefined
  readonly #order: TransferOrder
  readonly #ports: TransferPorts
  readonly #signal: AbortSignal
  readonly #watch: StallWatch
  readonly #waiting: Interruptible
  /** Read, and not yet paid for: paying before the next read loses nothing when it is interrupted. */
  #unpaid = 0

  constructor(
    {
      offset,
      isWhole,
      isPage,
      etag,
      answer,
    }: AnswerPlace & Pick<OpenStream, 'etag'> & { readonly answer: FetchAnswer },
    { url, signal }: Wanted,
    order: TransferOrder,
    ports: TransferPorts,
  ) {
    this.offset = offset
    this.isWhole = isWhole
    this.isPage = isPage
    this.etag = etag
    this.position = offset
    this.#body = answer.body
    this.#length = answer.length
    this.#order = order
    this.#ports = ports
    this.#signal = signal
    this.#watch = new StallWatch(ports.clock, order.timeouts.stallMs, url, signal)
    this.#waiting = new Interruptible(this.#watch.signal)
  }

  get isSpent(): boolean {
    return this.position - this.offset === this.#length
  }

  async readInto(target: Bytes): Promise<number> {
    const limits = this.#order.limiters.filter((limiter) => limiter.bytesPerSecond)
    if (limits.length > 0) await this.#pay(limits)
    const room = limits.reduce((bytes, limiter) => Math.min(bytes, limiter.pieceBytes), target.length)
    this.#watch.begin()
    const wanted = room < target.length ? target.subarray(0, room) : target
    const count = await this.#waiting.for(this.#body.readInto(wanted))
    this.#watch.end(count)
    if (count === 0) return 0
    const { meter } = this.#order
    meter.bytesTransferred += count
    meter.lastByteAt = this.#ports.clock.now()
    this.position += count
    this.#unpaid = limits.length > 0 ? count : 0
    return count
  }

  async close(): Promise<void> {
    for (const limiter of this.#order.limiters) limiter.charge(this.#unpaid)
    this.#unpaid = 0
    if (this.isSpent) await this.#seeEnd()
    this.#watch.stop()
    this.#waiting.end()
    await this.#body.cancel()
  }

  async #pay(limits: readonly RateLimiter[]): Promise<void> {
    const bytes = this.#unpaid
    this.#unpaid = 0
    await Promise.all(limits.map((limiter) => limiter.spend(bytes, this.#signal)))
  }

  /** An answer that is seen to end leaves its connection fit for the next one. All of it is here: that is not worth a wait. */
  async #seeEnd(): Promise<void> {
    const { clock } = this.#ports
    const ended = this.#waiting.for(this.#body.readInto(new Uint8Array(1))).catch(() => {})
    await new Promise<void>((resolve) => {
      const timer = clock.setTimeout(resolve, END_MS)
      void ended.then(() => {
        clock.clearTimeout(timer)
        resolve()
      })
    })
  }
}
