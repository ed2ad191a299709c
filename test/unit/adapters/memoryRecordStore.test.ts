import { describe, expect, it } from 'vitest'
import { createMemoryRecordStore, createMemoryRecords } from '../../../src/adapters/memoryRecordStore.js'
import { StorageFullError } from '../../../src/domain/errors/index.js'
import { describeRecordStoreContract } from '../../contracts/recordStoreContract.js'

describeRecordStoreContract('memoryRecordStore', () => {
  let gate = async () => {}
  const records = createMemoryRecords({ beforeWrite: () => gate() })
  return {
    store: records.open(),
    openSecond: () => records.open(),
    async reopen() {
      records.restart()
      return records.open()
    },
    tear: async (key) => records.spoil(key, '{"v":1'),
    stopAt(next) {
      gate = next
    },
    dispose: () => {},
  }
})

describe('memoryRecordStore', () => {
  it('S22 a bit of a record flips, and it is still JSON -> it counts as none', async () => {
    const records = createMemoryRecords()
    const store = records.open()
    await store.commit([{ key: 'a', value: { size: 1 } }], { epoch: await store.claimEpoch() })
    records.spoil('a', records.textOf('a')?.replace('1', '3'))
    expect(await store.get('a')).toBeUndefined()
    expect(await store.list('')).toEqual([])
  })

  it('the process dies between check and write -> nothing changed, and the next life goes on', async () => {
    let reach = () => {}
    let resume = () => {}
    const reached = new Promise<void>((resolve) => {
      reach = resolve
    })
    const stopped = new Promise<void>((resolve) => {
      resume = resolve
    })
    const beforeWrite = () => {
      reach()
      return stopped
    }
    const records = createMemoryRecords({ beforeWrite })
    const store = records.open()
    const commit = store.commit([{ key: 'a', value: 1 }], { epoch: await store.claimEpoch() })
    await reached
    records.restart()
    const next = records.open()
    expect(await next.claimEpoch()).toBe(2)
    resume()
    await expect(commit).rejects.toMatchObject({ code: 'storage' })
    expect(await next.list('')).toEqual([])
  })

  it('a fault is thrown for a commit -> the commit rejects with it and changes nothing', async () => {
    const full = new StorageFullError('full', {})
    const store = createMemoryRecordStore({
      faults: ({ operation }) => {
        if (operation === 'commit') throw full
      },
    })
    await expect(store.commit([{ key: 'a', value: 1 }], { epoch: 1 })).rejects.toBe(full)
    expect(await store.list('')).toEqual([])
  })
})
