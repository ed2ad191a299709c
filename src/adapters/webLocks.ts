import type { Leases, Release } from '../ports/locks.js'
import { untilPageShows, whenPageHides } from './pageLife.js'

/** The lock of who leads, while it is held. */
export interface Leading {
  readonly release: Release
  /** Aborted when another page has taken it. */
  readonly stolen: AbortSignal
  /** Settles when it is held no more. */
  readonly over: Promise<void>
}

/** Who leads a dock: at most one page of an origin, for as long as it lives, until it lets go, or until another takes it. */
export interface Leadership {
  /** `undefined` while another page leads. */
  tryTake(): Promise<Leading | undefined>
  /** Settles when this page leads. Rejects with `signal.reason`. */
  take(signal: AbortSignal): Promise<Leading>
  /** At once, whoever leads. */
  steal(): Promise<Leading>
}

/** The Web Lock that the leader holds. */
export function leaderLock(name: string): string {
  return `plugdock/${name}/leader`
}

/** Leadership by the Web Lock `plugdock/<name>/leader`. */
export function createWebLeadership(name: string): Leadership {
  const lock = leaderLock(name)
  const releases = new Releases()
  const leading = (held: HeldLock | undefined): Leading | undefined =>
    held && { release: releases.tracked(held), stolen: held.stolen, over: held.freed }
  return {
    async tryTake() {
      await releases.done()
      return leading(await request(lock, { ifAvailable: true }))
    },
    async take(signal) {
      const held = leading(await request(lock, { signal }))
      if (held) return held
      throw signal.reason
    },
    async steal() {
      const held = leading(await request(lock, { steal: true }))
      if (held) return held
      throw new DOMException(`The lock ${lock} cannot be taken`, 'InvalidStateError')
    },
  }
}

/**
 * Leases by shared Web Locks `plugdock/<name>/lease/<address>`, among all pages of an origin. A page in the back/forward
 * cache holds none, and has them again when it is back.
 */
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
      return whileShown(async () => {
        const held = await request(lockOf(address), { mode: 'shared' })
        return held ? releases.tracked(held) : () => {}
      })
    },
    async tryExclusive(address) {
      await releases.done()
      const held = await request(lockOf(address), { ifAvailable: true })
      return held && releases.tracked(held)
    },
    isShared: async (address) => (await shared()).has(address),
    shared,
  }
}

/** Takes something that a page in the back/forward cache must not have, and takes it again after. */
async function whileShown(take: () => Promise<Release>): Promise<Release> {
  let isOver = false
  let release = await take()
  const watch = (): (() => void) =>
    whenPageHides(() => {
      release()
      void untilPageShows().then(back)
    })
  let stopWatching = watch()
  const back = async (): Promise<void> => {
    if (isOver) return
    stopWatching = watch()
    const again = await take()
    if (isOver) again()
    else release = again
  }
  return () => {
    isOver = true
    stopWatching()
    release()
  }
}

interface HeldLock {
  readonly letGo: () => void
  /** Settles when the lock is free of this page. */
  readonly freed: Promise<void>
  readonly stolen: AbortSignal
}

/** The browser frees a lock a little after it is let go of: who asks next waits for what this page let go of. */
class Releases {
  readonly #underWay = new Set<Promise<void>>()

  tracked({ letGo, freed }: HeldLock): Release {
    return () => {
      letGo()
      const done = freed.finally(() => this.#underWay.delete(done))
      this.#underWay.add(done)
    }
  }

  async done(): Promise<void> {
    await Promise.all(this.#underWay)
  }
}

/** Settles when the lock is held; with `undefined` where it is not available at once and that was asked for. */
function request(lock: string, options: LockOptions): Promise<HeldLock | undefined> {
  return new Promise((resolve, reject) => {
    const stolen = new AbortController()
    const asked = navigator.locks.request(lock, options, (granted) => {
      if (!granted) return resolve(undefined)
      return new Promise<void>((letGo) => resolve({ letGo, freed, stolen: stolen.signal }))
    })
    // once it was granted, only a thief makes it reject
    const freed = asked.then(
      () => {},
      (error: unknown) => {
        stolen.abort()
        reject(error)
      },
    )
  })
}
