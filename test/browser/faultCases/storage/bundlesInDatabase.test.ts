import { describe, expect, it } from 'vitest'
import { openLocalforageBundleStore } from '../../../../src/adapters/localforageBundleStore.js'
import type { Bytes } from '../../../../src/domain/bytes.js'
import type { BundleStore } from '../../../../src/ports/bundleStore.js'
import { deleteDatabase, interceptOpening, loseValues, ownName, replace, timers } from './platform.js'

const ADDRESS = 'a'.repeat(64)
const PIECE_BYTES = 512 * 1024

const open = (name: string) => openLocalforageBundleStore({ name, timers })

async function seal(store: BundleStore, bytes: Bytes): Promise<void> {
  const partial = await store.openPartial('key')
  await partial.write(0, bytes)
  await partial.seal(ADDRESS)
}

/** The bundle's bytes; a matcher would look at them one by one. */
async function sameBytes(store: BundleStore, bytes: Bytes): Promise<boolean> {
  const bundle = await store.openBundle(ADDRESS)
  const read = await bundle?.read(0, bytes.length)
  await bundle?.close()
  return read !== undefined && indexedDB.cmp(read, bytes) === 0
}

const THREE_PIECES = new Uint8Array(3 * PIECE_BYTES).fill(7)

describe('bundles in IndexedDB', () => {
  it('S2 the quota is hit where the bundle gets its name -> storage-full, the partial is whole, a second try seals it', async () => {
    const store = await open(ownName())
    const partial = await store.openPartial('key')
    await partial.write(0, THREE_PIECES)
    const undo = refuseWrites((key) => key.startsWith('bundle/'))
    await expect(partial.seal(ADDRESS)).rejects.toMatchObject({ code: 'storage-full' })
    undo()
    await partial.close()
    expect(await store.list()).toEqual([{ kind: 'partial', name: 'key', sizeBytes: THREE_PIECES.length }])
    await (await store.openPartial('key')).seal(ADDRESS)
    expect(await sameBytes(store, THREE_PIECES)).toBe(true)
  })

  it('S1 the quota is hit at any write -> storage-full, what was written before is there, and the same write works later', async () => {
    for (let nth = 0; nth < 3; nth++) {
      const store = await open(ownName())
      const partial = await store.openPartial('key')
      let writes = 0
      const undo = refuseWrites((key) => key.startsWith('piece/') && writes++ === nth)
      await expect(partial.write(0, THREE_PIECES)).rejects.toMatchObject({ code: 'storage-full' })
      undo()
      const kept = await partial.read(0, nth * PIECE_BYTES)
      expect(indexedDB.cmp(kept, THREE_PIECES.subarray(0, partial.size === 0 ? 0 : nth * PIECE_BYTES))).toBe(0)
      await partial.write(0, THREE_PIECES)
      await partial.seal(ADDRESS)
      expect(await sameBytes(store, THREE_PIECES)).toBe(true)
    }
  })

  it('S5 the site data is cleared under it -> empty, and it goes on', async () => {
    const name = ownName()
    const store = await open(name)
    await seal(store, THREE_PIECES)
    await deleteDatabase(`plugdock/${name}/bundles`)
    expect(await store.list()).toEqual([])
    await seal(store, THREE_PIECES)
    expect(await sameBytes(store, THREE_PIECES)).toBe(true)
  })

  it('S5 the browser ends a transaction, or closes the database -> the write is made once more', async () => {
    const store = await open(ownName())
    const { put } = IDBObjectStore.prototype
    let aborted = 0
    const undo = replace(
      IDBObjectStore.prototype,
      'put',
      function (this: IDBObjectStore, ...record: [unknown, string]) {
        const request = put.apply(this, record)
        if (aborted++ === 0) this.transaction.abort()
        return request
      },
    )
    await seal(store, THREE_PIECES)
    undo()
    const { transaction } = IDBDatabase.prototype
    let closed = 0
    replace(IDBDatabase.prototype, 'transaction', function (this: IDBDatabase, ...call: [string]) {
      if (closed++ === 0) this.close()
      return transaction.apply(this, call)
    })
    expect(await sameBytes(store, THREE_PIECES)).toBe(true)
    expect([aborted > 1, closed > 1]).toEqual([true, true])
  })

  it('S8 a piece is listed and cannot be read -> zeros in its place, for whoever hashes it; written anew it is whole', async () => {
    const store = await open(ownName())
    await seal(store, THREE_PIECES)
    const undo = loseValues((key) => /^piece\/.*\/1$/.test(key))
    const bundle = await store.openBundle(ADDRESS)
    expect(await bundle?.read(PIECE_BYTES - 1, 2)).toEqual(Uint8Array.of(7, 0))
    expect(await bundle?.read(2 * PIECE_BYTES - 1, 2)).toEqual(Uint8Array.of(0, 7))
    await bundle?.close()
    undo()
    await seal(store, THREE_PIECES)
    expect(await sameBytes(store, THREE_PIECES)).toBe(true)
  })

  it('S32 the browser refuses IndexedDB -> unsupported; nothing is put into localStorage instead', async () => {
    interceptOpening(() => new DOMException('A mutation operation was attempted', 'InvalidStateError'))
    const before = { ...localStorage }
    await expect(open(ownName())).rejects.toMatchObject({ code: 'unsupported' })
    expect({ ...localStorage }).toEqual(before)
  })

  it('S32 IndexedDB goes away while bundles are written -> every write fails; none goes to localStorage', async () => {
    const store = await open(ownName())
    const partial = await store.openPartial('key')
    replace(IDBDatabase.prototype, 'transaction', () => {
      throw new DOMException('The database connection is closing', 'InvalidStateError')
    })
    interceptOpening(() => new DOMException('The user denied permission', 'SecurityError'))
    const before = { ...localStorage }
    await expect(partial.write(0, THREE_PIECES)).rejects.toMatchObject({ code: 'storage' })
    expect({ ...localStorage }).toEqual(before)
  })
})

/** As if the quota was hit by a write under a key that matches. */
function refuseWrites(matches: (key: string) => boolean): () => void {
  const { put } = IDBObjectStore.prototype
  return replace(IDBObjectStore.prototype, 'put', function (this: IDBObjectStore, ...record: [unknown, string]) {
    if (matches(record[1])) throw new DOMException('The quota has been exceeded', 'QuotaExceededError')
    return put.apply(this, record)
  })
}
