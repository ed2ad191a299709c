import type { Clock } from '../ports/clock.js'

const PIECE_BYTES = 64 * 1024
/** With a limit, pieces are small enough to be this many a second. */
const PIECES_PER_SECOND = 20

/** Says how much to send at once, and when to go on. */
export interface Pacer {
  limitBytesPerSecond: number | undefined
  pieceBytes(): number
  /** Settles when the next piece may go. Without a limit it is no wait, and no timer. */
  turn(bytesSent: number, signal: AbortSignal): Promise<void>
  pause(delayMs: number, signal: AbortSignal): Promise<void>
}

/** One pace for all answers of an origin, as one link has it. */
export function createPacer(clock: Clock): Pacer {
  let freeAt = 0
  return {
    limitBytesPerSecond: undefined,
    pieceBytes() {
      const limit = this.limitBytesPerSecond
      return limit === undefined
        ? PIECE_BYTES
        : Math.max(1, Math.min(PIECE_BYTES, Math.floor(limit / PIECES_PER_SECOND)))
    },
    pause: (delayMs, signal) => delay(clock, delayMs, signal),
    async turn(bytesSent, signal) {
      if (this.limitBytesPerSecond === undefined) return
      freeAt = Math.max(freeAt, clock.monotonic()) + (bytesSent * 1000) / this.limitBytesPerSecond
      await delay(clock, freeAt - clock.monotonic(), signal)
    },
  }
}

function delay(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const end = () => {
      clock.clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = clock.setTimeout(end, delayMs)
    signal.addEventListener('abort', end)
  })
}
