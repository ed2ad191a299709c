import type { Leases, Release } from '../ports/locks.js'

/** Who leads a dock: at most one page of an origin, for as long as it lives or until it lets go. */
export interface Leadership {
  /** `undefined` while another page leads. */
  tryTake(): Promise<Release | undefined>
  /** Settles when this page leads. Rejects with `signal.reason`. */
  take(signal: AbortSignal): Promise<Release>
}

/** The Web Lock that the leader holds. */
export function leaderLock(name: string): string {
  return `plugdock/${name}/leader`
}

/** Leadership by the Web Lock `plugdock/<name>/leader`. */
export function createWebLeadership(name: string): Leadership {
  const lock = leaderLock(name)
  const releases = new Releases()
  return {
    async tryTake() {
      await releases.done()
      return releases.tracked(await request(lock, { ifAvailable: true }))
    },
    async take(signal) {
      const release = releases.tracked(await request(lock, { signal }))
      if (release) return release
      throw signal.reason
    },
  }
}

/** Leases by shared Web Locks `plugdock/<name>/lease/<address>`, among all pages of an origin. */
export function createWebLeases(name: string): Leases {
  const prefix = `plugdock/${name}/lease/`
  const lockOf = (address: string) => prefix + address
  const releases = new Releases()
  const shared = async (): Promise<ReadonlySet<string>> => {
    await releases.done()
    const { held = [] } = await navigator.locks.query()
    const locks = held.filter(({ mode }) => mode === 'shared').map(({ name: lock = '' }) => lock)
    return new Set(locks.filter((lock) => lock.startsWith(prefix)).map((lock) => lock.slice(prefix.length)))
  }
  return {
    async share(address) {
      return releases.tracked(await request(lockOf(address), { mode: 'shared' })) ?? (() => {})
    },
    async tryExclusive(address) {
      await releases.done()
      return releases.tracked(await request(lockOf(address), { ifAvailable: true }))
    },
    isShared: async (address) => (await shared()).has(address),
    shared,
  }
}

/** Settles when the lock is free. Idempotent. */
type ReleaseAndWait = () => Promise<void>

/** The browser frees a lock a little after it is let go of: who asks next waits for what this page let go of. */
class Releases {
  readonly #underWay = new Set<Promise<void>>()

  tracked(release: ReleaseAndWait | undefined): Release | undefined {
    if (!release) return undefined
    return () => {
      const done = release().finally(() => this.#underWay.delete(done))
      this.#underWay.add(done)
    }
  }

  async done(): Promise<void> {
    await Promise.all(this.#underWay)
  }
}

/** Settles when the lock is held; with `undefined` where it is not available at once and that was asked for. */
function request(lock: string, options: LockOptions): Promise<ReleaseAndWait | undefined> {
  return new Promise((resolve, reject) => {
    const freed = navigator.locks.request(lock, options, (granted) => {
      if (!granted) return resolve(undefined)
      return new Promise<void>((letGo) => {
        resolve(() => {
          letGo()
          // one that was stolen is free as well
          return freed.catch(() => {})
        })
      })
    })
    freed.catch(reject)
  })
}
