import { beforeEach, describe, expect, it } from 'vitest'
import type { Leases } from '../../src/ports/locks.js'

/** What every {@link Leases} owes, whoever makes it. `makeSubject` gives leases that nobody holds. */
export function describeLeasesContract(name: string, makeSubject: () => Leases | Promise<Leases>): void {
  describe(`${name} as Leases`, () => {
    let leases: Leases

    beforeEach(async () => {
      leases = await makeSubject()
    })

    it('nobody holds it -> not shared, and free to take', async () => {
      expect(await leases.isShared('a')).toBe(false)
      const release = await leases.tryExclusive('a')
      expect(release).toBeDefined()
      release?.()
    })

    it('shared by several -> kept until the last lets go', async () => {
      const first = await leases.share('a')
      const second = await leases.share('a')
      expect(await leases.isShared('a')).toBe(true)
      first()
      expect(await leases.isShared('a')).toBe(true)
      expect(await leases.tryExclusive('a')).toBeUndefined()
      second()
      expect(await leases.isShared('a')).toBe(false)
      expect(await leases.tryExclusive('a')).toBeDefined()
    })

    it('several shared, one taken exclusively, one let go of -> those that are shared', async () => {
      await leases.share('a')
      await leases.share('b')
      await leases.tryExclusive('c')
      const release = await leases.share('d')
      release()
      expect([...(await leases.shared())].sort()).toEqual(['a', 'b'])
    })

    it('released twice -> counts once', async () => {
      const first = await leases.share('a')
      const second = await leases.share('a')
      first()
      first()
      expect(await leases.isShared('a')).toBe(true)
      expect(await leases.tryExclusive('a')).toBeUndefined()
      second()
    })

    it('another address is shared -> no concern of this one', async () => {
      const release = await leases.share('a')
      expect(await leases.isShared('b')).toBe(false)
      expect(await leases.tryExclusive('b')).toBeDefined()
      release()
    })

    it('held exclusively -> nobody else takes it exclusively, and after the release somebody may', async () => {
      const release = await leases.tryExclusive('a')
      expect(await leases.tryExclusive('a')).toBeUndefined()
      release?.()
      release?.()
      const next = await leases.tryExclusive('a')
      expect(next).toBeDefined()
      expect(await leases.tryExclusive('a')).toBeUndefined()
      next?.()
    })

    it('held exclusively -> sharing waits until it is released', async () => {
      const release = await leases.tryExclusive('a')
      const order: string[] = []
      const sharing = leases.share('a').then((shared) => {
        order.push('shared')
        return shared
      })
      expect(await leases.tryExclusive('a')).toBeUndefined()
      order.push('released')
      release?.()
      const shared = await sharing
      expect(order).toEqual(['released', 'shared'])
      expect(await leases.isShared('a')).toBe(true)
      shared()
      expect(await leases.isShared('a')).toBe(false)
    })
  })
}
