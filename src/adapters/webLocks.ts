import type { Leases, Release } from '../ports/locks.js'

/** Who leads a dock: at most one page of an origin, for as long as it lives or until it lets go. */
export interface Leadership {
  /** `undefined` while another page leads. */
  tryTake(): Promise<Release | undefined>
  /** Settles when this page leads. Rejects with `signal.reason`. */
  take(signal: AbortSignal): Promise<Release>
}

/** Leadership by the Web Lock `plugdock/<name>/leader`. */
export function createWebLeadership(name: string): Leadership {
  const lock = `plugdock/${name}/leader`
  return {
    tryTake: () => hold(lock, { ifAvailable: true }),
    async take(signal) {
      const release = await hold(lock, { signal })
      if (release) return release
      throw signal.reason
    },
  }
}

/** Leases by shared Web Locks `plugdock/<name>/lease/<address>`, among all pages of an origin. */
export function createWebLeases(name: string): Leases {
  const lockOf = (address: string) => `plugdock/${name}/lease/${address}`
  const releasing = new Set<Promise<void>>()
  const tracked = (release: ReleaseAndWait): Release => {
    return () => {
      const done = release().finally(() => releasing.delete(done))
      releasing.add(done)
    }
  }
  return {
    async share(address) {
      return tracked(await holdSurely(lockOf(address)))
    },
    async tryExclusive(address) {
      await Promise.all(releasing)
      const release = await request(lockOf(address), { ifAvailable: true })
      return release && tracked(release)
    },
    async isShared(address) {
      await Promise.all(releasing)
      const { held = [] } = await navigator.locks.query()
      return held.some(({ name: lock, mode }) => lock === lockOf(address) && mode === 'shared')
    },
  }
}

/** Settles when the lock is free. Idempotent. */
type ReleaseAndWait = () => Promise<void>

async function hold(lock: string, options: LockOptions): Promise<Release | undefined> {
  const release = await request(lock, options)
  return release && (() => void release())
}

async function holdSurely(lock: string): Promise<ReleaseAndWait> {
  const release = await request(lock, { mode: 'shared' })
  return release ?? (async () => {})
}

/** Settles when the lock is held; with `undefined` where it is not available at once and that was asked for. */
function request(lock: string, options: LockOptions): Promise<ReleaseAndWait | undefined> {
  return new Promise((resolve, reject) => {
    const freed = navigator.locks.request(lock, options, (granted) => {
      if (!granted) return resolve(undefined)
      return new Promise<void>((letGo) => {
        resolve(() => {
          letGo()
          return freed
        })
      })
    })
    freed.catch(reject)
  })
}
