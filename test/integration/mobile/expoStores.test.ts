import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createExpoBundleStore } from '../../../src/adapters/expoBundleStore.js'
import { openExpoRecordStore } from '../../../src/adapters/expoRecordStore.js'
import { describeBundleStoreContract } from '../../contracts/bundleStoreContract.js'
import { describeRecordStoreContract, reopenableSubject } from '../../contracts/recordStoreContract.js'
import { createFakeFileSystem, type FakeFileSystem, shorten } from './fakeExpo.js'

const ADDRESS = 'b'.repeat(64)
const FULL = 'write failed: ENOSPC (No space left on device)'

let root: string
let files: FakeFileSystem
const directoryUri = () => pathToFileURL(root).href
const begin = () => {
  root = mkdtempSync(join(tmpdir(), 'plugdock-test-'))
  files = createFakeFileSystem(root)
}
const end = () => rmSync(root, { recursive: true, force: true })
const bundles = () => createExpoBundleStore({ fileSystem: files.module, directoryUri: directoryUri() })
const records = (beforeWrite = async () => {}) =>
  openExpoRecordStore({ fileSystem: files.module, directoryUri: directoryUri(), beforeWrite })

describeBundleStoreContract('expoBundleStore', () => {
  begin()
  const store = bundles()
  return {
    store,
    reopen: bundles,
    async addForeign(name) {
      await (await store.openPartial('makes-the-folder')).close()
      await store.deletePartial('makes-the-folder')
      writeFileSync(join(root, 'bundles', name), 'x')
    },
    dispose: end,
  }
})

describeRecordStoreContract('expoRecordStore', () => {
  begin()
  return reopenableSubject({
    open: records,
    tear(key) {
      const path = journalPath()
      const lines = readFileSync(path, 'utf8').split('\n')
      const torn = lines.map((line) => (line.includes(`[["${key}"`) ? line.slice(0, -3) : line))
      writeFileSync(path, torn.join('\n'))
    },
    clean: end,
  })
})

function journalPath(): string {
  const generations = readdirSync(join(root, 'records')).filter((name) => name.endsWith('.journal'))
  const [newest] = generations.sort((left, right) => Number.parseInt(right, 10) - Number.parseInt(left, 10))
  return join(root, 'records', newest ?? '')
}

describe('expoBundleStore', () => {
  beforeEach(begin)
  afterEach(end)

  const sealed = async (text: string): Promise<void> => {
    const partial = await bundles().openPartial('key')
    await partial.write(0, Uint8Array.from(Buffer.from(text)))
    await partial.seal(ADDRESS)
  }

  it('dies between the rename of a seal and the delete of the one before -> the new bundle, and nothing of the old', async () => {
    await sealed('old')
    files.onRename = () => {
      throw new Error('died')
    }
    await sealed('new').catch(() => {})
    files.onRename = undefined
    expect(readdirSync(join(root, 'bundles'))).toHaveLength(2)
    const next = bundles()
    const bundle = await next.openBundle(ADDRESS)
    expect(Buffer.from((await bundle?.read(0, 9)) ?? []).toString()).toBe('new')
    await bundle?.close()
    expect(await next.list()).toEqual([{ kind: 'bundle', name: ADDRESS, sizeBytes: 3 }])
    expect(readdirSync(join(root, 'bundles'))).toHaveLength(1)
  })

  it.each([
    FULL,
    'The file couldn’t be saved because there isn’t enough space.',
    "You can't save the file because the volume is out of space: No space left on device",
  ])('a write fails with "%s" -> storage-full, and what was written before is there', async (message) => {
    const partial = await bundles().openPartial('key')
    await partial.write(0, Uint8Array.of(1, 2, 3))
    files.failNextWrite(message, 1)
    await expect(partial.write(3, Uint8Array.of(4, 5))).rejects.toMatchObject({ code: 'storage-full' })
    expect(await partial.read(0, 3)).toEqual(Uint8Array.of(1, 2, 3))
    await partial.close()
  })

  it('whatever was opened is closed -> no native handle is left', async () => {
    const partial = await bundles().openPartial('key')
    await partial.write(0, new Uint8Array(3_000_000).fill(7))
    await partial.truncate(2_500_000)
    expect(partial.size).toBe(2_500_000)
    expect(Buffer.compare(await partial.read(0, 2_500_000), Buffer.alloc(2_500_000, 7))).toBe(0)
    await partial.seal(ADDRESS)
    const bundle = await bundles().openBundle(ADDRESS)
    await bundle?.close()
    expect(files.openHandles).toBe(0)
  })

  it('the system tells of no room -> nobody knows', async () => {
    files.availableDiskSpace = Number.NaN
    expect(await bundles().availableBytes()).toBeUndefined()
  })
})

describe('expoRecordStore', () => {
  beforeEach(begin)
  afterEach(end)

  const written = async (count: number, keys = 1): Promise<void> => {
    const store = await records()
    const epoch = await store.claimEpoch()
    for (let at = 0; at < count; at++) {
      await store.commit([{ key: `k${at % keys}`, value: { at, text: 'x'.repeat(200) } }], { epoch })
    }
    await store.close()
  }

  it('another dock of the app has the directory -> locked, and the first goes on', async () => {
    const first = await records()
    await expect(records()).rejects.toMatchObject({ code: 'locked', directory: directoryUri() })
    const epoch = await first.claimEpoch()
    await first.commit([{ key: 'a', value: 1 }], { epoch })
    await first.close()
    const second = await records()
    expect(await second.get('a')).toBe(1)
    await second.close()
  })

  it('killed at every byte of the last commit -> that commit whole, or not at all; and the next one works', async () => {
    await written(1)
    const before = readFileSync(journalPath()).length
    await written(2)
    const path = journalPath()
    const whole = readFileSync(path)
    for (let size = before; size < whole.length; size++) {
      for (const name of readdirSync(join(root, 'records'))) {
        if (name.endsWith('.journal')) rmSync(join(root, 'records', name))
      }
      writeFileSync(path, whole.subarray(0, size))
      const store = await records()
      const value = await store.get('k0')
      expect([0, 1]).toContain((value as { at: number }).at) // reason: written above
      const epoch = await store.claimEpoch()
      await store.commit([{ key: 'after', value: size }], { epoch })
      await store.close()
      const next = await records()
      expect(await next.get('after')).toBe(size)
      expect(await next.get('k0')).toEqual(value)
      await next.close()
    }
  })

  it('one record is written again and again -> the journal stays short, and says the last', async () => {
    await written(3000)
    expect(readFileSync(journalPath()).length).toBeLessThan(600_000)
    expect(readdirSync(join(root, 'records')).filter((name) => name.endsWith('.journal')).length).toBeLessThan(3)
    const store = await records()
    expect(await store.get('k0')).toMatchObject({ at: 2999 })
    await store.close()
  })

  it('a journal was written anew, and a step after its rename fails -> no commit is lost, and it stays short', async () => {
    files.onRename = () => {
      throw new Error('no handle is left')
    }
    await written(1500)
    files.onRename = undefined
    files.onDelete = (name) => {
      if (name.endsWith('.journal')) throw new Error('no handle is left')
    }
    await written(1500)
    const store = await records()
    expect(await store.get('k0')).toMatchObject({ at: 1499 })
    files.onDelete = undefined
    const epoch = await store.claimEpoch()
    await store.commit([{ key: 'last', value: 1 }], { epoch })
    await store.close()
    expect(readFileSync(journalPath()).length).toBeLessThan(300_000)
    const next = await records()
    expect(await next.get('last')).toBe(1)
    await next.close()
    expect(readdirSync(join(root, 'records')).filter((name) => name.endsWith('.journal')).length).toBeLessThan(3)
  })

  it('all of a commit is written but the end of its line -> it failed, and no later commit brings it back', async () => {
    const store = await records()
    const epoch = await store.claimEpoch()
    await store.commit([{ key: 'spare', value: 1 }], { epoch })
    const before = readFileSync(journalPath()).length
    await store.commit([{ key: 'a', value: 1 }], { epoch })
    const lineBytes = readFileSync(journalPath()).length - before
    files.failNextWrite('the device went away', lineBytes - 1)
    await expect(store.commit([{ key: 'a', value: 2 }], { epoch })).rejects.toMatchObject({ code: 'storage' })
    await store.commit([{ key: 'b', value: 1 }], { epoch })
    expect(await store.get('a')).toBe(1)
    await store.close()
    const next = await records()
    expect(await next.get('a')).toBe(1)
    expect(await next.get('b')).toBe(1)
    await next.close()
  })

  it.each([0, 100, 1000])(
    'a power cut leaves %s bytes of a journal that was just written anew -> what was before it',
    async (size) => {
      await written(3000, 40)
      expect(readdirSync(join(root, 'records')).filter((name) => name.endsWith('.journal'))).toHaveLength(2)
      shorten(journalPath(), size)
      const store = await records()
      expect(await store.list('k')).toHaveLength(40)
      const epoch = await store.claimEpoch()
      await store.commit([{ key: 'after', value: 1 }], { epoch })
      await store.close()
      const next = await records()
      expect(await next.list('')).toHaveLength(41)
      await next.close()
    },
  )

  it('the device is full -> what is held for that is given for the next commit; then storage-full', async () => {
    const store = await records()
    const epoch = await store.claimEpoch()
    files.failNextWrite(FULL, 5)
    await store.commit(
      [
        { key: 'a', value: undefined },
        { key: 'b', value: 1 },
      ],
      { epoch },
    )
    expect(await store.get('b')).toBe(1)
    files.failWrites(FULL)
    await expect(store.commit([{ key: 'c', value: 1 }], { epoch })).rejects.toMatchObject({ code: 'storage-full' })
    files.failWrites(undefined)
    await store.commit([{ key: 'd', value: 1 }], { epoch })
    await store.close()
    const next = await records()
    expect((await next.list('')).map(({ key }) => key)).toEqual(['b', 'd'])
    await next.close()
  })
})
