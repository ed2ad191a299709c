import type { Leases } from 'plugdock'

/** Who uses a bundle, where one process is all there is. */
export function createLeases(): Leases {
  const users = new Map<string, number>()
  /** Settles when whoever deletes has let go. */
  const deleting = new Map<string, Promise<void>>()
  const count = (address: string) => users.get(address) ?? 0

  return {
    async share(address) {
      users.set(address, count(address) + 1)
      await deleting.get(address)
      return once(() => void users.set(address, count(address) - 1))
    },
    async tryExclusive(address) {
      if (count(address) > 0 || deleting.has(address)) return undefined
      const { promise, resolve } = withResolver()
      deleting.set(address, promise)
      return once(() => {
        deleting.delete(address)
        resolve()
      })
    },
    isShared: async (address) => count(address) > 0,
    shared: async () => new Set([...users].filter(([, holders]) => holders > 0).map(([address]) => address)),
  }
}

function withResolver() {
  let resolve = () => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

function once(act: () => void): () => void {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    act()
  }
}
