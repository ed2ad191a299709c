import type { Bytes } from '../domain/bytes.js'
import { ManifestError } from '../domain/errors/index.js'
import type { Clock } from '../ports/clock.js'
import type { FetchAnswer, Fetcher } from '../ports/fetcher.js'
import type { TransferTimeouts } from '../ports/transferEngine.js'
import { statusError } from './answer.js'
import { Interruptible } from './interruptible.js'
import { StallWatch } from './stallWatch.js'

export interface DocumentRequest {
  readonly url: string
  /** Where reading stops with a `ManifestError`. */
  readonly maxBytes: number
  readonly timeouts: TransferTimeouts
  readonly signal: AbortSignal
}

/** Reads a small document whole. `url` is where it was found after redirects. */
export async function readDocument(
  request: DocumentRequest,
  { fetcher, clock }: { fetcher: Fetcher; clock: Clock },
): Promise<{ bytes: Bytes; url: string }> {
  const answer = await fetcher.open(request)
  const watch = new StallWatch(clock, request.timeouts.stallMs, request.url, request.signal)
  const waiting = new Interruptible(watch.signal)
  try {
    if (answer.status !== 200) throw statusError(answer, clock.now())
    return { bytes: await readAll(answer, request, watch, waiting), url: answer.url }
  } finally {
    watch.stop()
    waiting.end()
    await answer.body.cancel()
  }
}

async function readAll(
  answer: FetchAnswer,
  { maxBytes, url }: DocumentRequest,
  watch: StallWatch,
  waiting: Interruptible,
): Promise<Bytes> {
  let bytes: Bytes = new Uint8Array(16 * 1024)
  let length = 0
  for (;;) {
    if (length === bytes.length) bytes = enlarge(bytes)
    watch.begin()
    const count = await waiting.for(answer.body.readInto(bytes.subarray(length)))
    watch.end(count)
    if (count === 0) return bytes.subarray(0, length)
    length += count
    if (length <= maxBytes) continue
    const issue = `is larger than ${maxBytes} bytes`
    throw new ManifestError(`The manifest cannot be used (${url}): ${issue}`, { issues: [issue], url })
  }
}

function enlarge(bytes: Bytes): Bytes {
  const larger = new Uint8Array(bytes.length * 2)
  larger.set(bytes)
  return larger
}
