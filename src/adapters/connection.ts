import { StalledError } from '../domain/errors/index.js'
import type { Clock } from '../ports/clock.js'
import type { FetchAnswer, FetchRequest } from '../ports/fetcher.js'
import { hostOf } from './networkErrors.js'

/** Ends a request: by the caller's signal, by the time-out, or when nobody wants its bytes any more. */
export interface Connection {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
  /** Stops listening to the caller's signal. */
  release(): void
}

/** Makes one request, given up when the headers take too long. Whoever has the answer releases the connection. */
export async function openInTime(
  request: FetchRequest,
  clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>,
  open: (connection: Connection) => Promise<FetchAnswer>,
): Promise<FetchAnswer> {
  request.signal.throwIfAborted()
  const connection = connect(request.signal)
  const timer = clock.setTimeout(() => connection.abort(stalled(request)), request.timeouts.headersMs)
  try {
    return await open(connection)
  } catch (error) {
    connection.abort()
    connection.release()
    throw error
  } finally {
    clock.clearTimeout(timer)
  }
}

/** Not everything ends with its signal. What comes too late goes to `discardLate`. */
export function untilAborted<T>(
  result: Promise<T>,
  signal: AbortSignal,
  discardLate: (late: T) => void = () => {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    result
      .then((value) => (signal.aborted ? discardLate(value) : resolve(value)), reject)
      .finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function connect(signal: AbortSignal): Connection {
  const controller = new AbortController()
  const onAbort = () => controller.abort(signal.reason)
  signal.addEventListener('abort', onAbort)
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => signal.removeEventListener('abort', onAbort),
  }
}

function stalled({ url, timeouts: { headersMs } }: FetchRequest): StalledError {
  return new StalledError(`${hostOf(url)} did not answer for ${headersMs} ms`, { url, afterMs: headersMs })
}
