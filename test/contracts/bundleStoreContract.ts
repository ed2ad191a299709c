import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Bytes } from '../../src/domain/bytes.js'
import type { BundleStore, PartialBundle } from '../../src/ports/bundleStore.js'

/** A store with nothing in it. */
export interface BundleStoreSubject {
  readonly store: BundleStore
  /** The same store, as a new process finds it. */
  reopen(): BundleStore | Promise<BundleStore>
  /** Puts something into it that no store wrote. */
  addForeign(name: string): void | Promise<void>
  dispose(): void | Promise<void>
}

const KEY = 'partial-1'
const ADDRESS = 'a'.repeat(64)

/** What every {@link BundleStore} owes, whoever makes it. */
export function describeBundleStoreContract(
  name: string,
  makeSubject: () => BundleStoreSubject | Promise<BundleStoreSubject>,
): void {
  describe(`${name} as a BundleStore`, () => {
    let subject: BundleStoreSubject
    let store: BundleStore

    beforeEach(async () => {
      subject = await makeSubject()
      store = subject.store
    })
    afterEach(() => subject.dispose())

    const partialWith = async (...pieces: readonly [offset: number, bytes: Bytes][]): Promise<PartialBundle> => {
      const partial = await store.openPartial(KEY)
      for (const [offset, bytes] of pieces) await partial.write(offset, bytes)
      return partial
    }
    const sealed = async (bytes: Bytes): Promise<void> => (await partialWith([0, bytes])).seal(ADDRESS)

    it('looked for all the time while they are sealed -> each is found from then on', async () => {
      for (const digit of '0123456789') {
        const address = digit.repeat(64)
        const partial = await partialWith([0, bytesOf(1, 2)])
        let isSealed = false
        const sealing = partial.seal(address).finally(() => {
          isSealed = true
        })
        const seen: Promise<void>[] = []
        while (!isSealed) {
          seen.push(store.openBundle(address).then((reader) => reader?.close()))
          await new Promise((resolve) => setTimeout(resolve))
        }
        await Promise.all([sealing, ...seen])
        const reader = await store.openBundle(address)
        expect(reader?.size).toBe(2)
        await reader?.close()
      }
    })

    it('nothing was written -> an empty list, no bundle, and deleting is no failure', async () => {
      expect(await store.list()).toEqual([])
      expect(await store.openBundle(ADDRESS)).toBeUndefined()
      await store.deleteBundle(ADDRESS)
      await store.deletePartial(KEY)
    })

    it('a new partial -> it is empty, and listed', async () => {
      const partial = await store.openPartial(KEY)
      expect(partial.size).toBe(0)
      expect(await partial.read(0, 10)).toEqual(new Uint8Array(0))
      await partial.close()
      expect(await store.list()).toEqual([{ kind: 'partial', name: KEY, sizeBytes: 0 }])
    })

    it('pieces out of order, with a hole -> each at its offset, zeros between', async () => {
      const partial = await partialWith([6, bytesOf(7, 8)], [0, bytesOf(1, 2)])
      expect(partial.size).toBe(8)
      expect(await partial.read(0, 8)).toEqual(bytesOf(1, 2, 0, 0, 0, 0, 7, 8))
      await partial.close()
    })

    it('several writes at once -> all of them are there', async () => {
      const partial = await store.openPartial(KEY)
      const pieces = Array.from({ length: 16 }, (_, at) => new Uint8Array(1000).fill(at + 1))
      await Promise.all(pieces.map((piece, at) => partial.write(at * 1000, piece)))
      expect(partial.size).toBe(16_000)
      for (const [at, piece] of pieces.entries()) expect(await partial.read(at * 1000, 1000)).toEqual(piece)
      await partial.close()
    })

    it('a view into a larger buffer is written, and changed afterwards -> only the view, as it was', async () => {
      const memory = bytesOf(9, 1, 2, 3, 9)
      const partial = await partialWith([0, memory.subarray(1, 4)])
      memory.fill(0)
      expect(await partial.read(0, 9)).toEqual(bytesOf(1, 2, 3))
      await partial.close()
    })

    it('written over -> the newer bytes', async () => {
      const partial = await partialWith([0, bytesOf(1, 2, 3)], [1, bytesOf(9)])
      expect(await partial.read(0, 3)).toEqual(bytesOf(1, 9, 3))
      await partial.close()
    })

    it('a read past the end -> what there is, in memory of its own', async () => {
      const partial = await partialWith([0, bytesOf(1, 2, 3)])
      const read = await partial.read(1, 100)
      expect(read).toEqual(bytesOf(2, 3))
      expect(read.buffer.byteLength).toBe(2)
      expect(await partial.read(50, 10)).toEqual(new Uint8Array(0))
      await partial.close()
    })

    it('truncated, then written further on -> the cut bytes do not come back', async () => {
      const partial = await partialWith([0, bytesOf(1, 2, 3, 4)])
      await partial.truncate(1)
      expect(partial.size).toBe(1)
      await partial.write(3, bytesOf(4))
      expect(await partial.read(0, 4)).toEqual(bytesOf(1, 0, 0, 4))
      await partial.close()
    })

    it('closed and opened again, by this process and by the next -> the bytes are there', async () => {
      const first = await partialWith([0, bytesOf(1, 2, 3)])
      await first.flush()
      await first.close()
      await first.close()
      const second = await store.openPartial(KEY)
      expect(await second.read(0, 3)).toEqual(bytesOf(1, 2, 3))
      await second.close()
      const third = await (await subject.reopen()).openPartial(KEY)
      expect(await third.read(0, 3)).toEqual(bytesOf(1, 2, 3))
      await third.close()
    })

    it('a partial is open -> nobody else opens it', async () => {
      const partial = await store.openPartial(KEY)
      await expect(store.openPartial(KEY)).rejects.toMatchObject({ code: 'storage' })
      await partial.close()
      await (await store.openPartial(KEY)).close()
    })

    it('used after close -> a storage error', async () => {
      const partial = await partialWith([0, bytesOf(1)])
      await partial.close()
      await expect(partial.read(0, 1)).rejects.toMatchObject({ code: 'storage' })
      await expect(partial.write(0, bytesOf(1))).rejects.toMatchObject({ code: 'storage' })
    })

    it('only names are asked for -> every name is told', async () => {
      await sealed(bytesOf(1, 2, 3))
      await (await store.openPartial(KEY)).close()
      const named = (await store.list({ namesOnly: true })).map(({ kind, name }) => ({ kind, name }))
      expect(named).toEqual([
        { kind: 'bundle', name: ADDRESS },
        { kind: 'partial', name: KEY },
      ])
    })

    it('sealed in the place of a shorter one -> its own size is told', async () => {
      await sealed(bytesOf(1, 2, 3))
      await store.list()
      await sealed(bytesOf(1, 2, 3, 4))
      expect(await store.list()).toEqual([{ kind: 'bundle', name: ADDRESS, sizeBytes: 4 }])
    })

    it('sealed -> the partial is gone, the bundle has its bytes, also for the next process', async () => {
      await sealed(bytesOf(1, 2, 3))
      expect(await store.list()).toEqual([{ kind: 'bundle', name: ADDRESS, sizeBytes: 3 }])
      const bundle = await (await subject.reopen()).openBundle(ADDRESS)
      expect(bundle?.size).toBe(3)
      expect(await bundle?.read(1, 100)).toEqual(bytesOf(2, 3))
      await bundle?.close()
      await bundle?.close()
    })

    it('an empty partial is sealed -> an empty bundle', async () => {
      await (await store.openPartial(KEY)).seal(ADDRESS)
      const bundle = await store.openBundle(ADDRESS)
      expect(bundle?.size).toBe(0)
      await bundle?.close()
    })

    it('sealed -> the same key can be begun again, and closing the old handle harms nobody', async () => {
      const first = await partialWith([0, bytesOf(1)])
      await first.seal(ADDRESS)
      const second = await store.openPartial(KEY)
      await first.close()
      expect(second.size).toBe(0)
      await second.write(0, bytesOf(5))
      expect(await second.read(0, 1)).toEqual(bytesOf(5))
      await second.close()
    })

    it('sealed over a bundle of the same address that is being read -> the new one; the reader goes on', async () => {
      await sealed(bytesOf(1, 2, 3))
      const reader = await store.openBundle(ADDRESS)
      expect(await reader?.read(0, 3)).toEqual(bytesOf(1, 2, 3))
      await sealed(bytesOf(4, 5, 6))
      expect([bytesOf(1, 2, 3), bytesOf(4, 5, 6)]).toContainEqual(await reader?.read(0, 3))
      const next = await store.openBundle(ADDRESS)
      expect(await next?.read(0, 3)).toEqual(bytesOf(4, 5, 6))
      await next?.close()
      await reader?.close()
      const last = await (await subject.reopen()).openBundle(ADDRESS)
      expect(await last?.read(0, 3)).toEqual(bytesOf(4, 5, 6))
      await last?.close()
    })

    it.each([bytesOf(4), bytesOf(4, 5, 6, 7, 8)])(
      'sealed over a file of another size -> its own (%#)',
      async (bytes) => {
        await sealed(bytesOf(1, 2, 3))
        const reader = await store.openBundle(ADDRESS)
        await reader?.read(0, 3)
        await sealed(bytes)
        const next = await store.openBundle(ADDRESS)
        expect(next?.size).toBe(bytes.length)
        expect(await next?.read(0, 10)).toEqual(bytes)
        await next?.close()
        await reader?.close()
        expect(await store.list()).toEqual([{ kind: 'bundle', name: ADDRESS, sizeBytes: bytes.length }])
      },
    )

    it('sealed over a bundle while others open it -> at no moment it is missing', async () => {
      await sealed(bytesOf(1, 2, 3))
      const partial = await partialWith([0, bytesOf(4, 5, 6)])
      let isSealed = false
      const sealing = partial.seal(ADDRESS).finally(() => {
        isSealed = true
      })
      for (let looks = 0; !isSealed || looks < 3; looks++) {
        const bundle = await store.openBundle(ADDRESS)
        const allowed = isSealed ? [bytesOf(4, 5, 6)] : [bytesOf(1, 2, 3), bytesOf(4, 5, 6)]
        expect(allowed).toContainEqual(await bundle?.read(0, 3))
        await bundle?.close()
      }
      await sealing
    })

    it('deleted -> gone, for good', async () => {
      await sealed(bytesOf(1))
      await (await partialWith([0, bytesOf(2)])).close()
      await store.deleteBundle(ADDRESS)
      await store.deletePartial(KEY)
      expect(await store.list()).toEqual([])
      expect(await store.openBundle(ADDRESS)).toBeUndefined()
    })

    it('deleted while it is read -> the reader still reads what was there', async () => {
      await sealed(bytesOf(1, 2))
      const reader = await store.openBundle(ADDRESS)
      await store.deleteBundle(ADDRESS)
      expect(await reader?.read(0, 2)).toEqual(bytesOf(1, 2))
      await reader?.close()
    })

    it('something foreign lies there -> listed as unknown, and left alone', async () => {
      await subject.addForeign('Foreign file.tmp')
      expect(await store.list()).toEqual([expect.objectContaining({ kind: 'unknown', name: 'Foreign file.tmp' })])
    })

    it('what is unknown is deleted -> gone where it has a time; a bundle and a partial stay, whatever their names', async () => {
      await subject.addForeign('Foreign file.tmp')
      await sealed(bytesOf(1))
      await (await partialWith([0, bytesOf(2)])).close()
      const before = await store.list()
      for (const { name } of before) await store.deleteUnknown(name)
      for (const name of ['', '..', '../x', 'a/b', 'a\0', 'nothing']) await store.deleteUnknown(name)
      expect(await store.list()).toEqual(before.filter((entry) => entry.modifiedAt === undefined))
      expect(await store.list()).toEqual(expect.arrayContaining(before.filter(({ kind }) => kind !== 'unknown')))
    })

    it.each(['', '..', '../x', 'a/b', 'A', 'a.b', 'ä', 'a'.repeat(129), 'a\0'])(
      'the name %j -> refused',
      async (bad) => {
        await expect(store.openPartial(bad)).rejects.toMatchObject({ code: 'storage' })
        await expect(store.openBundle(bad)).rejects.toMatchObject({ code: 'storage' })
        await expect(store.deleteBundle(bad)).rejects.toMatchObject({ code: 'storage' })
        await expect(store.deletePartial(bad)).rejects.toMatchObject({ code: 'storage' })
        const partial = await partialWith([0, bytesOf(1)])
        await expect(partial.seal(bad)).rejects.toMatchObject({ code: 'storage' })
        await partial.close()
        expect(await store.list()).toEqual([{ kind: 'partial', name: KEY, sizeBytes: 1 }])
      },
    )

    it('asked for room -> bytes, or that nobody knows', async () => {
      const bytes = await store.availableBytes()
      expect(bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0)).toBe(true)
    })
  })
}

function bytesOf(...values: number[]): Bytes {
  return Uint8Array.from(values)
}
