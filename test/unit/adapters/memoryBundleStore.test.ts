import { describe, expect, it } from 'vitest'
import { createMemoryBundleStore } from '../../../src/adapters/memoryBundleStore.js'
import { StorageFullError } from '../../../src/domain/errors/index.js'
import { describeBundleStoreContract } from '../../contracts/bundleStoreContract.js'

describeBundleStoreContract('memoryBundleStore', () => {
  const store = createMemoryBundleStore()
  return {
    store,
    reopen() {
      store.restart()
      return store
    },
    addForeign: (name) => store.addForeign(name, 1, 0),
    dispose: () => {},
  }
})

describe('memoryBundleStore', () => {
  it('more than there is room for -> storage-full, and what was written before is there', async () => {
    const store = createMemoryBundleStore({ capacityBytes: 10 })
    const partial = await store.openPartial('p')
    await partial.write(0, new Uint8Array(8).fill(1))
    await expect(partial.write(8, new Uint8Array(3))).rejects.toMatchObject({ code: 'storage-full', bytesNeeded: 3 })
    expect(await partial.read(0, 100)).toEqual(new Uint8Array(8).fill(1))
    expect(await store.availableBytes()).toBe(2)
  })

  it('a fault is thrown for a call -> the call rejects with it and changes nothing', async () => {
    const full = new StorageFullError('full', {})
    const store = createMemoryBundleStore({
      faults: ({ operation }) => {
        if (operation === 'seal') throw full
      },
    })
    const partial = await store.openPartial('p')
    await expect(partial.seal('a')).rejects.toBe(full)
    expect(await store.list()).toEqual([{ kind: 'partial', name: 'p', sizeBytes: 0 }])
  })

  it('the process dies while a write is under way -> the write never happens', async () => {
    let resume = () => {}
    const paused = new Promise<void>((resolve) => {
      resume = resolve
    })
    const store = createMemoryBundleStore({ faults: ({ operation }) => (operation === 'write' ? paused : undefined) })
    const partial = await store.openPartial('p')
    const write = partial.write(0, Uint8Array.of(1))
    store.restart()
    resume()
    await expect(write).rejects.toMatchObject({ code: 'storage' })
    expect(store.bytesOf('partial', 'p')).toEqual(new Uint8Array(0))
    await (await store.openPartial('p')).close()
  })

  it.each([
    ['lost', [1, 2]],
    ['zeroed', [1, 2, 0, 0]],
  ] as const)('the power is cut, what is not flushed is %s -> what was flushed is there', async (unflushed, left) => {
    const store = createMemoryBundleStore({ unflushed })
    const partial = await store.openPartial('p')
    await partial.write(0, Uint8Array.of(1, 2))
    await partial.flush()
    await partial.write(2, Uint8Array.of(3, 4))
    await partial.close()
    store.restart()
    expect(store.bytesOf('partial', 'p')).toEqual(Uint8Array.from(left))
  })

  it('the power is cut before a partial was flushed -> it never was; a sealed bundle is whole', async () => {
    const store = createMemoryBundleStore({ unflushed: 'lost' })
    for (const key of ['p', 'q']) await (await store.openPartial(key)).write(0, Uint8Array.of(1))
    store.restart()
    expect(await store.list()).toEqual([])
    const partial = await store.openPartial('p')
    await partial.write(0, Uint8Array.of(1, 2))
    await partial.seal('a')
    store.restart()
    expect(store.bytesOf('bundle', 'a')).toEqual(Uint8Array.of(1, 2))
  })

  it('the power is cut after a delete -> the file is there again, until a seal made the delete durable', async () => {
    const store = createMemoryBundleStore({ unflushed: 'lost' })
    await (await store.openPartial('p')).seal('a')
    await store.deleteBundle('a')
    store.restart()
    expect(await store.list()).toMatchObject([{ name: 'a' }])
    await store.deleteBundle('a')
    await (await store.openPartial('p')).seal('b')
    store.restart()
    expect(await store.list()).toMatchObject([{ name: 'b' }])
  })
})
