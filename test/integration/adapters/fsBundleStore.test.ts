import { execFileSync } from 'node:child_process'
import * as nodeFileSystem from 'node:fs/promises'
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFsBundleStore } from '../../../src/adapters/fsBundleStore.js'
import type { FileSystem } from '../../../src/adapters/fsSystem.js'
import { createSystemClock } from '../../../src/adapters/systemClock.js'
import { createVirtualClock } from '../../../src/testing/index.js'
import { describeBundleStoreContract } from '../../contracts/bundleStoreContract.js'
import { canMount } from '../canMount.js'

describeBundleStoreContract('fsBundleStore', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
  return {
    store: createFsBundleStore({ directory }),
    reopen: () => createFsBundleStore({ directory }),
    async addForeign(name) {
      await mkdir(join(directory, 'bundles'), { recursive: true })
      await writeFile(join(directory, 'bundles', name), 'x')
    },
    dispose: () => rm(directory, { recursive: true, force: true }),
  }
})

describeBundleStoreContract('fsBundleStore whose files rest', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
  const timers = createSystemClock()
  const store = createFsBundleStore({ directory, timers })
  return {
    store,
    reopen: () => createFsBundleStore({ directory, timers }),
    async addForeign(name) {
      await mkdir(join(directory, 'bundles'), { recursive: true })
      await writeFile(join(directory, 'bundles', name), 'x')
    },
    async dispose() {
      await store.letGo()
      await rm(directory, { recursive: true, force: true })
    },
  }
})

describe('fsBundleStore', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
  })
  afterEach(() => rm(directory, { recursive: true, force: true }))

  it('a partial -> lies at partials/<key>.part and is nobody else to read', async () => {
    const partial = await createFsBundleStore({ directory }).openPartial('key')
    await partial.close()
    const { mode } = await stat(join(directory, 'partials', 'key.part'))
    expect(mode & 0o077).toBe(0)
  })

  it('a seal -> lies at bundles/<address>', async () => {
    await (await createFsBundleStore({ directory }).openPartial('key')).seal('address')
    expect((await stat(join(directory, 'bundles', 'address'))).isFile()).toBe(true)
  })

  it('folders, links and odd names in our folders -> unknown, never a bundle', async () => {
    await mkdir(join(directory, 'bundles', 'folder'), { recursive: true })
    await symlink('/etc/hostname', join(directory, 'bundles', 'link'))
    await mkdir(join(directory, 'partials'))
    await writeFile(join(directory, 'partials', 'no-suffix'), '')
    const entries = await createFsBundleStore({ directory }).list()
    expect(entries.map(({ kind, name }) => [kind, name])).toEqual([
      ['unknown', 'folder'],
      ['unknown', 'link'],
      ['unknown', 'no-suffix'],
    ])
  })

  it('a folder has the name of a bundle -> there is no bundle, until one is sealed in its place', async () => {
    await mkdir(join(directory, 'bundles', 'address', 'inside'), { recursive: true })
    const store = createFsBundleStore({ directory })
    expect(await store.openBundle('address')).toBeUndefined()
    await (await store.openPartial('key')).seal('address')
    expect((await stat(join(directory, 'bundles', 'address'))).isFile()).toBe(true)
  })

  it('the path leads through a file -> a storage error that says so', async () => {
    await writeFile(join(directory, 'file'), '')
    const store = createFsBundleStore({ directory: join(directory, 'file', 'store') })
    await expect(store.openPartial('key')).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringMatching(/file\/store.*not writable.*Choose another directory.*ENOTDIR/),
    })
  })

  it('opened again in a moment -> the same open file, with what was written; let go -> closed', async () => {
    const { system, open } = countingSystem()
    const store = createFsBundleStore({ directory, fileSystem: system, timers: createVirtualClock() })
    const partial = await store.openPartial('key')
    await partial.write(0, new Uint8Array([1, 2, 3]))
    await partial.close({ opensAgain: true })
    const again = await store.openPartial('key')
    expect([again.size, await again.read(1, 2)]).toEqual([3, new Uint8Array([2, 3])])
    await again.close({ opensAgain: true })
    expect(open.filter(({ path }) => path.endsWith('key.part'))).toHaveLength(1)
    await store.letGo()
    expect(open.filter(({ isClosed }) => !isClosed)).toEqual([])
  })

  it('nobody opens it again, and some time passes -> closed', async () => {
    const clock = createVirtualClock()
    const { system, open } = countingSystem()
    const store = createFsBundleStore({ directory, fileSystem: system, timers: clock })
    await (await store.openPartial('key')).close({ opensAgain: true })
    await clock.advance(1000)
    await expect.poll(() => open.filter(({ isClosed }) => !isClosed)).toEqual([])
  })

  it('deleted while it rests -> closed and gone; what is opened then is empty', async () => {
    const { system, open } = countingSystem()
    const store = createFsBundleStore({ directory, fileSystem: system, timers: createVirtualClock() })
    const partial = await store.openPartial('key')
    await partial.write(0, new Uint8Array([1]))
    await partial.close({ opensAgain: true })
    await store.deletePartial('key')
    expect(open.filter(({ path, isClosed }) => path.endsWith('key.part') && !isClosed)).toEqual([])
    const next = await store.openPartial('key')
    expect(next.size).toBe(0)
    await next.close()
  })

  it('the directory does not exist yet -> an empty list, and nobody knows the room', async () => {
    const store = createFsBundleStore({ directory: join(directory, 'later') })
    expect(await store.list()).toEqual([])
    expect(await store.availableBytes()).toBeUndefined()
  })
})

interface OpenedFile {
  readonly path: string
  readonly isClosed: boolean
}

/** Node's, and what it has opened. */
function countingSystem(): { system: FileSystem; open: OpenedFile[] } {
  const open: { path: string; isClosed: boolean }[] = []
  const system: FileSystem = {
    ...nodeFileSystem,
    async open(path, ...rest) {
      const file = await nodeFileSystem.open(path, ...rest)
      const opened = { path: String(path), isClosed: false }
      open.push(opened)
      const close = file.close.bind(file)
      file.close = async () => {
        await close()
        opened.isClosed = true
      }
      return file
    },
  }
  return { system, open }
}

describe.skipIf(!canMount())('fsBundleStore on a disk of 1 MiB', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', directory])
  })
  afterEach(async () => {
    execFileSync('umount', [directory])
    await rm(directory, { recursive: true, force: true })
  })

  it('S26 the disk runs full -> storage-full, what was written before is there, and deleting makes room', async () => {
    const store = createFsBundleStore({ directory })
    const partial = await store.openPartial('key')
    await partial.write(0, new Uint8Array(512 * 1024).fill(1))
    await expect(partial.write(512 * 1024, new Uint8Array(1024 * 1024))).rejects.toMatchObject({
      code: 'storage-full',
      message: expect.stringContaining('the disk is full'),
    })
    expect(await partial.read(0, 512 * 1024)).toEqual(new Uint8Array(512 * 1024).fill(1))
    await partial.close()
    await store.deletePartial('key')
    expect(await store.availableBytes()).toBeGreaterThan(900 * 1024)
  })
})
