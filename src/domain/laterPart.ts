import { NetworkError } from './errors/index.js'
import { type Timers, withinTime } from './timeLimit.js'

/** Loads code. Where `whenIdle` is, code comes over a network, which may keep it for ever; else it is at hand. */
export interface CodeHost {
  readonly clock: Timers
  readonly whenIdle?: unknown
}

/** Code that comes over a network. */
export function codeOverNetwork(clock: Timers): CodeHost {
  return { clock, whenIdle: true }
}

/** A part of the code that is loaded when it is wanted: a bundler keeps it in a file of its own. */
export interface LaterPart<T> {
  /**
   * Rejects with `NetworkError` where it cannot be loaded now, or does not come in time; whoever asks again has it tried
   * again.
   */
  load(host: CodeHost): Promise<T>
}

interface LaterPartOptions {
  /** Whether {@link loadAhead} loads it. @default true */
  readonly isWantedLater?: boolean
}

/** A platform waits for code for as long as a connection stands, which may be for ever. */
const LIMIT_MS = 30_000

const wantedLater: LaterPart<unknown>[] = []

/** `name` is for whoever reads why it could not be loaded. */
export function laterPart<T>(
  name: string,
  importIt: () => Promise<T>,
  { isWantedLater = true }: LaterPartOptions = {},
): LaterPart<T> {
  let loading: Promise<T> | undefined
  const unreachable = (why: string, cause?: unknown) =>
    new NetworkError(`The part of this app that is for ${name} ${why}`, { url: '' }, { cause })
  const importOnce = ({ clock, whenIdle }: CodeHost): Promise<T> => {
    const imported = importIt().catch((cause: unknown) => {
      throw unreachable('could not be loaded', cause)
    })
    if (!whenIdle) return imported
    return withinTime(imported, { timers: clock, limitMs: LIMIT_MS, onLate: () => unreachable('does not come') })
  }
  const part: LaterPart<T> = {
    load(host) {
      loading ??= importOnce(host).catch((error: unknown) => {
        loading = undefined
        throw error
      })
      return loading
    },
  }
  if (isWantedLater) wantedLater.push(part)
  return part
}

/** Has everything there that is wanted later: from then on it needs no network. Rejects where a part cannot be loaded. */
export async function loadAhead(host: CodeHost): Promise<void> {
  await Promise.all(wantedLater.map((part) => part.load(host)))
}
