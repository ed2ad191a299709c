import { StalledError } from '../domain/errors/index.js'
import { GRACE_MS, isLate } from '../domain/patience.js'
import type { Clock } from '../ports/clock.js'
import type { FetchAnswer, FetchRequest } from '../ports/fetcher.js'
import { hostOf } from './networkErrors.js'

/** Ends a request: by the caller's signal, by a time-out, or when nobody wants its bytes any more. */
export interface Connection {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
  /** Stops listening to the caller's signal. */
  release(): void
  /** From here on the limit for connecting counts, until the connection is there. */
  connecting(): void
  connected(): void
}

/** Makes one request, given up when it takes too long. Whoever has the answer releases the connection. */
export async function openInTime(
  request: FetchRequest,
  clock: LimitClock,
  open: (connection: Connection) => Promise<FetchAnswer>,
): Promise<FetchAnswer> {
  request.signal.throwIfAborted()
  const limit = createLimit(clock)
  const connection = connect(request, limit)
  try {
    return await open(connection)
  } catch (error) {
    connection.abort()
    connection.release()
    throw error
  } finally {
    limit.stop()
  }
}

/** What time limits need of a clock. */
export type LimitClock = Pick<Clock, 'setTimeout' | 'clearTimeout' | 'monotonic'>

type Limit = ReturnType<typeof createLimit>

/**
 * One at a time; none any more once it was stopped. An answer that came while the process stood still is let in before
 * its limit counts.
 */
function createLimit(clock: LimitClock) {
  let timer: unknown
  let isStopped = false
  return {
    start(limitMs: number, onPassed: () => void) {
      clock.clearTimeout(timer)
      if (isStopped) return
      const dueAt = clock.monotonic() + limitMs
      timer = clock.setTimeout(() => {
        if (isLate(dueAt, clock.monotonic())) timer = clock.setTimeout(onPassed, GRACE_MS)
        else onPassed()
      }, limitMs)
    },
    stop() {
      isStopped = true
      clock.clearTimeout(timer)
    },
  }
}

function connect({ url, signal, timeouts }: FetchRequest, limit: Limit): Connection {
  const controller = new AbortController()
  const onAbort = () => controller.abort(signal.reason)
  signal.addEventListener('abort', onAbort)
  const waitFor = (waitedFor: 'connection' | 'headers', afterMs: number) =>
    limit.start(afterMs, () => controller.abort(stalled(url, waitedFor, afterMs)))
  const { connectMs, headersMs } = timeouts
  waitFor('headers', headersMs)
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => signal.removeEventListener('abort', onAbort),
    connecting() {
      if (connectMs !== undefined) waitFor('connection', connectMs)
    },
    connected() {
      if (connectMs !== undefined) waitFor('headers', headersMs)
    },
  }
}

function stalled(url: string, waitedFor: 'connection' | 'headers', afterMs: number): StalledError {
  const words = waitedFor === 'connection' ? 'did not take the connection' : 'did not answer'
  return new StalledError(`${hostOf(url)} ${words} for ${afterMs} ms`, { url, afterMs, waitedFor })
}
