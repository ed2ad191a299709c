import { NetworkError } from './errors/index.js'

/** A part of the code that is loaded when it is wanted: a bundler keeps it in a file of its own. */
export interface LaterPart<T> {
  /** Rejects with `NetworkError` where it cannot be loaded now; whoever asks again has it tried again. */
  load(): Promise<T>
}

interface LaterPartOptions {
  /** Whether {@link loadAhead} loads it. @default true */
  readonly isWantedLater?: boolean
}

const wantedLater: LaterPart<unknown>[] = []

/** `name` is for whoever reads why it could not be loaded. */
export function laterPart<T>(
  name: string,
  importIt: () => Promise<T>,
  { isWantedLater = true }: LaterPartOptions = {},
): LaterPart<T> {
  let loading: Promise<T> | undefined
  const part: LaterPart<T> = {
    load() {
      loading ??= importIt().catch((cause: unknown) => {
        loading = undefined
        throw new NetworkError(`The part of this app that is for ${name} could not be loaded`, { url: '' }, { cause })
      })
      return loading
    },
  }
  if (isWantedLater) wantedLater.push(part)
  return part
}

/** Has everything there that is wanted later: from then on it needs no network. Rejects where a part cannot be loaded. */
export async function loadAhead(): Promise<void> {
  await Promise.all(wantedLater.map((part) => part.load()))
}
