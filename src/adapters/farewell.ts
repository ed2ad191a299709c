import type { Farewell } from '../ports/farewell.js'

/** A place for a few words that is written at once, and outlives the process. Nothing of it throws. */
export interface Notes {
  read(): readonly string[]
  write(words: readonly string[]): void
}

interface End {
  /** The process ends, or is frozen. */
  readonly left: () => void
  /** It goes on all the same. */
  readonly back: () => void
}

/** `watch` tells of the end until the returned function is called; it is called while there is something to leave. */
export function createFarewell(notes: Notes, watch: (end: End) => () => void): Farewell {
  const armed = new Set<string>()
  let unwatch: (() => void) | undefined
  let hasLeft = false
  const leave = (): void => {
    hasLeft = true
    notes.write([...new Set([...notes.read(), ...armed])])
  }
  const takeBack = (): void => {
    hasLeft = false
    notes.write(notes.read().filter((word) => !armed.has(word)))
  }
  return {
    arm(token) {
      armed.add(token)
      // the end was told to those who were there then
      if (hasLeft) leave()
      unwatch ??= watch({ left: leave, back: takeBack })
      return () => {
        armed.delete(token)
        if (armed.size > 0) return
        unwatch?.()
        unwatch = undefined
        hasLeft = false
      }
    },
    read: async () => notes.read(),
    clear: async () => notes.write([]),
  }
}

/** As long as this object. */
export function createMemoryNotes(): Notes {
  let kept: readonly string[] = []
  return {
    read: () => kept,
    write: (words) => {
      kept = words
    },
  }
}

/** What was written, from the text that holds it: nothing where that is torn, or somebody else's. */
export function parseNotes(text: string | null | undefined): readonly string[] {
  try {
    const words: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(words) ? words.filter((word) => typeof word === 'string') : []
  } catch {
    return []
  }
}
