import type { Leases, Release } from '../ports/locks.js'

interface Holders {
  shared: number
  exclusive: boolean
  /** Called when the exclusive holder lets go. */
  readonly waiting: (() => void)[]
}

/** Leases among the users of one process. */
export function createLocalLeases(): Leases {
  const held = new Map<string, Holders>()
  return {
    share: (address) => share(held, address),
    tryExclusive: async (address) => tryExclusive(held, address),
    isShared: async (address) => (held.get(address)?.shared ?? 0) > 0,
    shared: async () => new Set([...held].filter(([, holders]) => holders.shared > 0).map(([address]) => address)),
  }
}

async function share(held: Map<string, Holders>, address: string): Promise<Release> {
  const holders = holdersOf(held, address)
  holders.shared++
  // Counted from here on, so that nobody takes it exclusively again between the release and our turn.
  if (holders.exclusive) await new Promise<void>((resolve) => holders.waiting.push(resolve))
  return once(() => {
    holders.shared--
    forgetUnused(held, address, holders)
  })
}

function tryExclusive(held: Map<string, Holders>, address: string): Release | undefined {
  const holders = holdersOf(held, address)
  if (holders.exclusive || holders.shared > 0) return undefined
  holders.exclusive = true
  return once(() => {
    holders.exclusive = false
    for (const resume of holders.waiting.splice(0)) resume()
    forgetUnused(held, address, holders)
  })
}

function holdersOf(held: Map<string, Holders>, address: string): Holders {
  const holders = held.get(address) ?? { shared: 0, exclusive: false, waiting: [] }
  held.set(address, holders)
  return holders
}

function forgetUnused(held: Map<string, Holders>, address: string, holders: Holders): void {
  if (holders.shared === 0 && !holders.exclusive) held.delete(address)
}

function once(release: () => void): Release {
  let released = false
  return () => {
    if (released) return
    released = true
    release()
  }
}
