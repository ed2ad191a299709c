import * as nodeFileSystem from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { FolderSyncs } from '../../../src/adapters/folderSyncs.js'
import type { FileHandle, FileSystem } from '../../../src/adapters/fsSystem.js'

/** A system whose syncs end when they are told to. */
function slowSystem() {
  const ends: ((error?: Error) => void)[] = []
  const sync = (): Promise<void> =>
    new Promise((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())))
  const handle = { sync, close: async () => {} } as unknown as FileHandle // reason: nothing else of it is used
  const system: FileSystem = { ...nodeFileSystem, open: async () => handle }
  const begun = (count: number) => expect.poll(() => ends.length).toBe(count)
  return { system, ends, begun }
}

describe('FolderSyncs', () => {
  it('several come while one runs -> they share one that begins after it', async () => {
    const { system, ends, begun } = slowSystem()
    const syncs = new FolderSyncs(system)
    let settled = 0
    const count = () => {
      settled++
    }
    const first = syncs.sync('folder').then(count)
    await begun(1)
    const others = [syncs.sync('folder').then(count), syncs.sync('folder').then(count)]
    ends[0]?.()
    await first
    await begun(2)
    expect(settled).toBe(1)
    ends[1]?.()
    await Promise.all(others)
    expect([settled, ends.length]).toEqual([3, 2])
  })

  it('one fails -> it alone; who waited gets a sync of its own', async () => {
    const { system, ends, begun } = slowSystem()
    const syncs = new FolderSyncs(system)
    const first = expect(syncs.sync('folder')).rejects.toThrow('disk')
    await begun(1)
    const second = syncs.sync('folder')
    ends[0]?.(new Error('disk'))
    await first
    await begun(2)
    ends[1]?.()
    await second
  })

  it('another folder -> does not wait', async () => {
    const { system, ends, begun } = slowSystem()
    const syncs = new FolderSyncs(system)
    const both = [syncs.sync('one'), syncs.sync('other')]
    await begun(2)
    for (const end of ends) end()
    await Promise.all(both)
  })
})
