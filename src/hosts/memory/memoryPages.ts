import type { MemoryBundleStore } from '../../adapters/memoryBundleStore.js'
import type { MemoryRecords } from '../../adapters/memoryRecordStore.js'
import { FencedError, LockedError } from '../../domain/errors/index.js'
import type { Channel, Followers, Host, HostStores } from '../../ports/host.js'

interface Hold {
  release(): void
  /** Aborted when somebody else has taken it. */
  readonly stolen: AbortSignal
}

interface Lock {
  /** Throws {@link LockedError} while it is held. */
  take(): Hold
  /** Whoever has it. */
  steal(): Hold
  breakOpen(): void
  untilFree(signal: AbortSignal): Promise<void>
}

export function createLock(): Lock {
  let holder: AbortController | undefined
  const waiting = new Set<() => void>()
  const free = (): void => {
    holder = undefined
    for (const go of [...waiting]) go()
  }
  const hold = (): Hold => {
    const own = new AbortController()
    holder = own
    return { release: () => holder === own && free(), stolen: own.signal }
  }
  return {
    take() {
      if (holder) throw new LockedError('The memory host is open already', {})
      return hold()
    },
    steal() {
      const last = holder
      const own = hold()
      last?.abort()
      return own
    },
    breakOpen: free,
    untilFree: (signal) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          waiting.delete(end)
          signal.removeEventListener('abort', end)
          if (signal.aborted) reject(signal.reason)
          else resolve()
        }
        if (!holder || signal.aborted) return end()
        waiting.add(end)
        signal.addEventListener('abort', end)
      }),
  }
}

function readOnly(stores: HostStores): HostStores {
  const refuse = async (): Promise<never> => {
    throw new FencedError('Another page leads', { epoch: 0, storedEpoch: 0 })
  }
  return { ...stores, records: { ...stores.records, commit: refuse, claimEpoch: refuse } }
}

/** The lock of one page, that it may have got before it opens the stores. */
function createReservation(lock: Lock) {
  let reserved: Hold | undefined
  return {
    take(): Hold {
      const own = reserved
      reserved = undefined
      return own && !own.stolen.aborted ? own : lock.take()
    },
    steal(): void {
      reserved = lock.steal()
    },
  }
}

/** Taken away when another page takes the lock. */
function whileHeld(stores: HostStores, { stolen, release }: Hold): HostStores {
  const isStolen = new Promise<void>((resolve) => stolen.addEventListener('abort', () => resolve()))
  return {
    ...stores,
    taken: stolen,
    lost: isStolen,
    async handOver(tell) {
      await stores.records.close()
      tell()
      // whoever is told takes it at once, and for nobody else it is free
      await new Promise((resolve) => setTimeout(resolve))
      release()
    },
  }
}

export interface SharedStores {
  readonly bundles: MemoryBundleStore
  readonly records: MemoryRecords
  readonly lock: Lock
  /** Who hears what the others post. */
  readonly pages: Set<(message: unknown, from: Channel) => void>
}

/** One of several that share the stores. */
export function createPage(shared: SharedStores): Pick<Host, 'open'> & { readonly followers: Followers } {
  const { bundles, records, lock } = shared
  const reservation = createReservation(lock)
  const takeOver = async (): Promise<void> => {
    bundles.disownPartials()
    reservation.steal()
  }
  return {
    async open() {
      const hold = reservation.take()
      return whileHeld(openStores(bundles, records, hold.release), hold)
    },
    followers: createFollowers(shared, takeOver),
  }
}

function createFollowers({ bundles, records, lock, pages }: SharedStores, takeOver: Followers['takeOver']): Followers {
  return {
    untilLeaderless: (signal) => lock.untilFree(signal),
    takeOver,
    openToRead: async () => readOnly(openStores(bundles, records, () => {})),
    openChannel() {
      let hear: ((message: unknown) => void) | undefined
      const page = (message: unknown, from: Channel): void => {
        if (from !== channel) hear?.(structuredClone(message))
      }
      const channel: Channel = {
        post: (message) =>
          queueMicrotask(() => {
            for (const other of pages) other(message, channel)
          }),
        listen: (listener) => {
          hear = listener
        },
        close: () => void pages.delete(page),
      }
      pages.add(page)
      return channel
    },
  }
}

export function openStores(bundles: MemoryBundleStore, records: MemoryRecords, release: () => void): HostStores {
  const store = records.open()
  return {
    bundles,
    records: store,
    async close() {
      await store.close()
      release()
    },
  }
}
