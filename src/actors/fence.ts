import { FencedError } from '../domain/errors/index.js'
import type { HostStores } from '../ports/host.js'

/** Stores that count as taken away when a commit was refused: another page has begun to lead since. */
export function lostWhenFenced(stores: HostStores): HostStores {
  const fenced = new AbortController()
  const { records, lost, taken } = stores
  const isFenced = new Promise<void>((resolve) => fenced.signal.addEventListener('abort', () => resolve()))
  return {
    ...stores,
    lost: lost === undefined ? isFenced : Promise.race([lost, isFenced]),
    taken: taken ? AbortSignal.any([taken, fenced.signal]) : fenced.signal,
    records: {
      ...records,
      async commit(changes, options) {
        try {
          await records.commit(changes, options)
        } catch (error) {
          if (error instanceof FencedError) fenced.abort()
          throw error
        }
      },
    },
  }
}
