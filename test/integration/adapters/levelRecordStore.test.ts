import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLevelRecordStore } from '../../../src/adapters/levelRecordStore.js'
import { createSystemClock } from '../../../src/adapters/systemClock.js'
import { describeRecordStoreContract, reopenableSubject } from '../../contracts/recordStoreContract.js'
import { canMount } from '../canMount.js'

describeRecordStoreContract('levelRecordStore', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
  return reopenableSubject({
    open: (beforeWrite) => createLevelRecordStore({ directory, clock: createSystemClock(), beforeWrite }),
    async tear(key) {
      const database = new ClassicLevel(join(directory, 'records'))
      await database.put(key, '{"v":1')
      await database.close()
    },
    clean: () => rm(directory, { recursive: true, force: true }),
  })
})

describe('levelRecordStore', () => {
  let directory: string
  const open = () => createLevelRecordStore({ directory, clock: createSystemClock() })

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await rm(directory, { recursive: true, force: true })
  })

  it('another store has the directory -> locked, and the first one goes on', async () => {
    const first = await open()
    await expect(open()).rejects.toMatchObject({ code: 'locked', directory, pid: process.pid })
    await first.commit([{ key: 'a', value: 1 }], { epoch: await first.claimEpoch() })
    await first.close()
    const second = await open()
    expect(await second.get('a')).toBe(1)
    await second.close()
  })

  it('commits that come while one is under way -> written together; closed meanwhile -> all are there', async () => {
    let writes = 0
    const beforeWrite = async () => {
      writes++
    }
    const store = await createLevelRecordStore({ directory, clock: createSystemClock(), beforeWrite })
    const epoch = await store.claimEpoch()
    const commits = ['a', 'b', 'c', 'd'].map((key) => store.commit([{ key, value: key }], { epoch }))
    const closed = store.close()
    await expect(store.commit([{ key: 'e', value: 1 }], { epoch })).rejects.toMatchObject({ code: 'storage' })
    await Promise.all([...commits, closed])
    expect(writes).toBe(2)
    const again = await open()
    expect(await Promise.all(['a', 'b', 'c', 'd'].map((key) => again.get(key)))).toEqual(['a', 'b', 'c', 'd'])
    await again.close()
  })

  it('another one took over while it was opened again after a write that failed -> fenced', async () => {
    const store = await open()
    const epoch = await store.claimEpoch()
    const failure = Object.assign(new Error('IO error: the disk was away'), { code: 'LEVEL_IO_ERROR' })
    vi.spyOn(ClassicLevel.prototype, 'batch').mockRejectedValueOnce(failure)
    await expect(store.commit([{ key: 'a', value: 'old' }], { epoch })).rejects.toMatchObject({ code: 'storage' })
    const close = ClassicLevel.prototype.close
    vi.spyOn(ClassicLevel.prototype, 'close').mockImplementationOnce(async function (this: ClassicLevel) {
      await close.call(this)
      const other = await open()
      await other.commit([{ key: 'a', value: 'new' }], { epoch: await other.claimEpoch() })
      await other.close()
    })
    const late = { code: 'fenced', epoch, storedEpoch: epoch + 1 }
    await expect(store.commit([{ key: 'a', value: 'old' }], { epoch })).rejects.toMatchObject(late)
    await expect(store.commit([{ key: 'a', value: 'old' }], { epoch })).rejects.toMatchObject(late)
    expect(await store.get('a')).toBe('new')
    expect(await store.claimEpoch()).toBe(epoch + 2)
    await store.close()
  })

  it('closed after a write that failed -> stays closed, and lets others in', async () => {
    const store = await open()
    const epoch = await store.claimEpoch()
    const failure = Object.assign(new Error('IO error: the disk was away'), { code: 'LEVEL_IO_ERROR' })
    vi.spyOn(ClassicLevel.prototype, 'batch').mockRejectedValueOnce(failure)
    await expect(store.commit([{ key: 'a', value: 1 }], { epoch })).rejects.toMatchObject({ code: 'storage' })
    await store.close()
    await expect(store.commit([{ key: 'a', value: 1 }], { epoch })).rejects.toMatchObject({ code: 'storage' })
    const next = await open()
    expect(await next.list('')).toEqual([])
    await next.close()
  })

  it('its process was killed -> the lock is free, and every commit that settled is there', async () => {
    killWriter(directory)
    const store = await open()
    expect(await store.list('')).toEqual([{ key: 'a', value: 'committed' }])
    expect(await store.claimEpoch()).toBe(1)
    await store.close()
  })

  it('its list of files is damaged -> repaired, with everything in it', async () => {
    const store = await open()
    await store.commit([{ key: 'a', value: 1 }], { epoch: await store.claimEpoch() })
    await store.close()
    const names = await readdir(join(directory, 'records'))
    const manifest = names.find((name) => name.startsWith('MANIFEST')) ?? ''
    await writeFile(join(directory, 'records', manifest), 'nonsense')
    const repaired = await open()
    expect(await repaired.list('')).toEqual([{ key: 'a', value: 1 }])
    expect(await repaired.claimEpoch()).toBe(2)
    await repaired.close()
  })

  it('the path leads through a file -> a storage error that says so', async () => {
    await writeFile(join(directory, 'records'), '')
    await expect(open()).rejects.toMatchObject({ code: 'storage', message: expect.stringContaining(directory) })
  })
})

describe.skipIf(!canMount())('levelRecordStore on a disk of 4 MiB', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'none', directory])
  })
  afterEach(async () => {
    execFileSync('umount', [directory])
    await rm(directory, { recursive: true, force: true })
  })

  it('S3 the disk is full -> storage-full; once there is room it goes on, and nothing is half written', async () => {
    const store = await createLevelRecordStore({ directory, clock: createSystemClock() })
    const epoch = await store.claimEpoch()
    await store.commit([{ key: 'a', value: 1 }], { epoch })
    const tooMuch = [
      { key: 'a', value: 2 },
      { key: 'b', value: incompressible(2 * 1024 * 1024) },
    ]
    await writeFile(join(directory, 'filler'), new Uint8Array(2.5 * 1024 * 1024))
    await expect(store.commit(tooMuch, { epoch })).rejects.toMatchObject({ code: 'storage-full' })
    expect(await store.list('')).toEqual([{ key: 'a', value: 1 }])
    await rm(join(directory, 'filler'))
    await store.commit([{ key: 'c', value: 3 }], { epoch })
    await store.close()
    const next = await createLevelRecordStore({ directory, clock: createSystemClock() })
    expect(await next.list('')).toEqual([
      { key: 'a', value: 1 },
      { key: 'c', value: 3 },
    ])
    await next.close()
  })

  it('S3 the disk is full to the last byte -> small records can be written, and deleted, all the same', async () => {
    const store = await createLevelRecordStore({ directory, clock: createSystemClock() })
    const epoch = await store.claimEpoch()
    await fill(join(directory, 'filler'))
    for (let at = 0; at < 20; at++) await store.commit([{ key: `a/${at}`, value: incompressible(1000) }], { epoch })
    for (let at = 0; at < 20; at++) await store.commit([{ key: `a/${at}`, value: undefined }], { epoch })
    expect(await store.list('')).toEqual([])
    await store.close()
    const next = await createLevelRecordStore({ directory, clock: createSystemClock() })
    expect(await next.list('')).toEqual([])
    await next.close()
  })
})

/** Writes until the disk takes no more. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (;;) await file.write(new Uint8Array(4096))
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' })
  } finally {
    await file.close()
  }
}

function incompressible(length: number): string {
  return randomBytes(length / 2).toString('hex')
}

/** Writes as the store does, then dies by SIGKILL with the database open. */
function killWriter(directory: string): void {
  const script = `
    const { ClassicLevel } = require('classic-level')
    const database = new ClassicLevel(${JSON.stringify(join(directory, 'records'))})
    database.batch([{ type: 'put', key: 'a', value: '"committed"' }], { sync: true }).then(() => process.kill(process.pid, 'SIGKILL'))
  `
  try {
    execFileSync(process.execPath, ['-e', script], { stdio: 'ignore' })
  } catch (error) {
    expect(error).toMatchObject({ signal: 'SIGKILL' })
  }
}
