/** For closing what may hang: its process is killed with this one at the latest. */
const CLOSE_MS = 10_000

/**
 * Runs the parts of a bench one after the other, each with something of its own that is opened for it, and each for
 * `maxMs` at most: one that fails or hangs is told, and those after it run all the same.
 *
 * @template T
 * @param {Record<string, { maxMs: number, run: (opened: T) => Promise<void> }>} parts
 * @param {{ open: () => Promise<T>, close: (opened: T) => Promise<void>, onFailure: (name: string, error: unknown) => void }} options
 */
export async function inParts(parts, { open, close, onFailure }) {
  for (const [name, { maxMs, run }] of Object.entries(parts)) {
    try {
      const opened = await withinMs(maxMs, open())
      try {
        await withinMs(maxMs, run(opened))
      } finally {
        await withinMs(CLOSE_MS, close(opened))
      }
    } catch (error) {
      onFailure(name, error)
    }
  }
}

async function withinMs(maxMs, work) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${maxMs / 1000} s`)), maxMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
