import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFsBundleStore } from '../../../../src/adapters/fsBundleStore.js'
import type { PluginDock } from '../../../../src/dock/types.js'
import type { RecordStore } from '../../../../src/ports/recordStore.js'
import type { BuiltPlugin } from '../../../../src/testing/index.js'
import { type DiskStage, install, isActive, openDiskStage } from './diskStage.js'
import { type SystemCall, systemError } from './watchedFileSystem.js'

const OLD = { version: '1.0.0' }
const NEW = { version: '2.0.0' }

async function openWithOld() {
  const stage = await openDiskStage()
  const old = await stage.publish(OLD)
  const dock = await stage.open()
  await install(dock, old)
  await dock.downloads.dismissSettled()
  return { stage, dock, old, next: await stage.publish(NEW) }
}

/** A second try installs; no file and no handle is left over, and the one before is kept. */
async function expectRecovers(stage: DiskStage, dock: PluginDock, taskId: string, next: BuiltPlugin): Promise<void> {
  stage.files.refuse = () => undefined
  if (dock.downloads.getTask(taskId)?.progress.state === 'failed') await dock.downloads.retryDownload(taskId)
  await dock.downloads.getTask(taskId)?.finished
  await dock.close()
  expect(stage.files.open.size).toBe(0)
  const again = await stage.open()
  expect(await isActive(again, next)).toBe(true)
  expect(await stage.namesIn('partials')).toEqual([])
  expect(await stage.namesIn('bundles')).toHaveLength(2)
  await again.close()
}

describe('files of the system', () => {
  it('S25 renamed over a bundle that is being read -> each reader reads the old or the new, all of it', async () => {
    const { directory, files } = await openDiskStage()
    const store = createFsBundleStore({ directory, fileSystem: files.fileSystem })
    const address = 'a'.repeat(64)
    const filled = (value: number) => new Uint8Array(256 * 1024).fill(value)
    const seal = async (value: number) => {
      const partial = await store.openPartial('key')
      await partial.write(0, filled(value))
      await partial.seal(address)
    }
    await seal(1)
    const early = await store.openBundle(address)
    const halves = [await early?.read(0, 128 * 1024)]
    await seal(2)
    halves.push(await early?.read(128 * 1024, 128 * 1024))
    expect(Buffer.compare(Buffer.concat(halves.map((half) => half ?? new Uint8Array())), filled(1))).toBe(0)
    await early?.close()
    const late = await store.openBundle(address)
    expect(Buffer.compare((await late?.read(0, 256 * 1024)) ?? new Uint8Array(), filled(2))).toBe(0)
    await late?.close()
  })

  it.each(['EIO', 'EACCES', 'EROFS', 'EMFILE', 'EXDEV', 'EBUSY'])(
    'S26 the rename of a seal says %s -> a typed error with the path and what to do; the partial stays, and goes when cancelled',
    async (code) => {
      const { stage, dock, old, next } = await openWithOld()
      stage.files.refuse = ({ operation }) => (operation === 'rename' ? systemError(code) : undefined)
      const task = await dock.downloads.startDownload(next.source)
      await expect(task.finished).rejects.toMatchObject({
        code: 'storage',
        message: expect.stringMatching(new RegExp(`bundles/[0-9a-f]{64}.*\\(${code}\\)`)),
      })
      expect(await isActive(dock, old)).toBe(true)
      await dock.downloads.cancelDownload(task.id)
      expect(await stage.namesIn('partials')).toEqual([])
      expect(await stage.namesIn('bundles')).toHaveLength(1)
      await dock.close()
      expect(stage.files.open.size).toBe(0)
    },
  )

  it('S26 the k-th call fails, for every k -> a typed error or none; tried again, it installs, and no handle is left open', async () => {
    const codes = ['EIO', 'EACCES', 'EMFILE']
    for (let kth = 1, isOver = false; !isOver; kth++) {
      const { stage, dock, next } = await openWithOld()
      const code = codes[kth % codes.length] ?? 'EIO'
      let count = 0
      stage.files.refuse = () => (++count === kth ? systemError(code) : undefined)
      const task = await dock.downloads.startDownload(next.source)
      const failure: unknown = await task.finished.then(
        () => undefined,
        (error: unknown) => error,
      )
      if (failure) expect(failure).toMatchObject({ code: 'storage', message: expect.stringContaining(code) })
      isOver = count < kth
      await expectRecovers(stage, dock, task.id, next)
    }
  })

  it('S24 another program has the file for a moment -> renamed and deleted all the same', async () => {
    const { stage, dock, next } = await openWithOld()
    const busy = new Map<string, number>()
    stage.files.refuse = ({ operation }) => {
      const times = (busy.get(operation) ?? 0) + 1
      busy.set(operation, times)
      return (operation === 'rename' || operation === 'rm') && times <= 2 ? systemError('EBUSY') : undefined
    }
    await install(dock, next)
    await dock.storage.deletePlugin('acme.charts')
    expect(await stage.namesIn('bundles')).toEqual([])
    expect([busy.get('rename'), Number(busy.get('rm')) > 2]).toEqual([3, true])
  })

  it('S24 another program has the file for long -> the rest is deleted, and the file at the next start', async () => {
    const { stage, dock, old, next } = await openWithOld()
    const [held = ''] = await stage.namesIn('bundles')
    await install(dock, next)
    stage.files.refuse = ({ operation, path }) =>
      operation === 'rm' && path.endsWith(held) ? systemError('EBUSY') : undefined
    await dock.storage.deletePlugin(old.manifest.id)
    expect(await stage.namesIn('bundles')).toEqual([held])
    await dock.close()
    stage.files.refuse = () => undefined
    await stage.open()
    expect(await stage.namesIn('bundles')).toEqual([])
  })

  it('S27 an install -> data sync, rename, sync of both directories, record: in this order', async () => {
    const calls: SystemCall[] = []
    const records = (store: RecordStore): RecordStore => ({
      ...store,
      commit(changes, by) {
        for (const { key } of changes) calls.push({ operation: 'commit', path: key })
        return store.commit(changes, by)
      },
    })
    const stage = await openDiskStage({ records })
    stage.files.refuse = (call) => void calls.push(call)
    await install(await stage.open(), await stage.publish())
    const at = (operation: string, path: RegExp) => {
      const places = calls.flatMap((call, index) =>
        call.operation === operation && path.test(call.path) ? [index] : [],
      )
      return { first: places[0] ?? -1, last: places.at(-1) ?? -1 }
    }
    const order = [
      at('mkdir', /^partials$/).first,
      at('sync', /^$/).first,
      at('write', /\.part$/).last,
      at('datasync', /\.part$/).last,
      at('rename', /\.part$/).first,
      at('sync', /^bundles$/).last,
      at('sync', /^partials$/).last,
      at('commit', /^installed\//).first,
    ]
    expect(order).not.toContain(-1)
    expect(order).toEqual([...order].sort((left, right) => left - right))
  })

  it('S27 a crash after the folders were made, before they were durable -> the next run makes them durable', async () => {
    const stage = await openDiskStage()
    await mkdir(join(stage.directory, 'bundles'))
    await mkdir(join(stage.directory, 'partials'))
    await install(await stage.open(), await stage.publish())
    const synced = stage.files.calls.findIndex(({ operation, path }) => operation === 'sync' && path === '')
    const renamed = stage.files.calls.findIndex(({ operation }) => operation === 'rename')
    expect(synced).toBeGreaterThanOrEqual(0)
    expect(synced).toBeLessThan(renamed)
  })

  it('S27 the data sync fails -> nothing gets a name, and the next try reads what is really there', async () => {
    const { stage, dock, old, next } = await openWithOld()
    stage.files.refuse = ({ operation }) => (operation === 'datasync' ? systemError('EIO') : undefined)
    const task = await dock.downloads.startDownload(next.source)
    await expect(task.finished).rejects.toMatchObject({ code: 'storage' })
    expect(stage.files.calls.filter(({ operation }) => operation === 'rename')).toHaveLength(1)
    expect(await isActive(dock, old)).toBe(true)
    await expectRecovers(stage, dock, task.id, next)
  })

  it('S23 what is unknown in our folders -> gone an hour after it was written, debris at once; all else is left alone', async () => {
    const { stage, dock } = await openWithOld()
    const { directory } = stage
    const [bundle = ''] = await stage.namesIn('bundles')
    await dock.close()
    const hourAgo = Date.now() / 1000 - 3700
    const inDayAndHour = Date.now() / 1000 + 90_000
    const put = async (path: string, seconds?: number) => {
      await writeFile(join(directory, path), 'x')
      if (seconds) await utimes(join(directory, path), seconds, seconds)
    }
    await put('bundles/old.tmp', hourAgo)
    await put('bundles/of the future.tmp', inDayAndHour)
    await put('bundles/new.tmp')
    await put('bundles/x.crswap')
    await put('partials/no-suffix', hourAgo)
    await put('partials/orphan.part')
    await put(`bundles/${'b'.repeat(64)}`)
    await mkdir(join(directory, 'bundles', 'folder'))
    await put('bundles/folder/inside', hourAgo)
    await put('somebody.tmp', hourAgo)
    await put('x.crswap', hourAgo)
    await stage.open()
    expect(await stage.namesIn('bundles')).toEqual([bundle, 'folder', 'new.tmp'].sort())
    expect(await readdir(join(directory, 'bundles', 'folder'))).toEqual(['inside'])
    expect(await stage.namesIn('partials')).toEqual([])
    expect((await readdir(directory)).filter((name) => name.includes('.tmp') || name.includes('.crswap'))).toEqual([
      'somebody.tmp',
      'x.crswap',
    ])
  })

  it('S22 a bundle is a folder, or gone, or longer, or shorter -> never run as it is: fetched again', async () => {
    const spoil: ((path: string) => Promise<void>)[] = [
      (path) => rm(path),
      (path) => rm(path).then(() => mkdir(path)),
      (path) => writeFile(path, 'x', { flag: 'a' }),
      (path) => writeFile(path, 'x'),
      (path) => writeFile(path, ''),
    ]
    for (const each of spoil) {
      const { stage, dock, old } = await openWithOld()
      const [name = ''] = await stage.namesIn('bundles')
      await each(join(stage.directory, 'bundles', name))
      expect(await isActive(dock, old)).toBe(true)
      expect((await stat(join(stage.directory, 'bundles', name))).isFile()).toBe(true)
      await dock.close()
    }
  })
})
