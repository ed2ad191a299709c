import { describe, expect, it } from 'vitest'
import { StorageError, StorageFullError } from '../../../src/domain/errors/index.js'
import { createStage, readEntry } from './stage.js'
import { createStorageGate, writesInstalled } from './storageGate.js'

async function openInstalled(keepPreviousVersions = 1) {
  const gate = createStorageGate()
  const stage = createStage(gate)
  const dock = await stage.open({ storage: { keepPreviousVersions } })
  const { url } = await stage.publish()
  await (await dock.downloads.startDownload(url)).finished
  return { gate, stage, dock }
}

describe('loading', () => {
  it('the disk is full, so that the last use cannot be written -> loads', async () => {
    const { gate, stage, dock } = await openInstalled()
    await stage.clock.advance(120_000)
    gate.refuse(writesInstalled, new StorageFullError('The disk is full', {}))
    expect(await readEntry(dock, 'acme.charts')).toHaveLength(300_000)
  })

  it('the dock is closed meanwhile -> closed', async () => {
    const { gate, dock } = await openInstalled()
    const held = gate.hold(({ operation }) => operation === 'openBundle')
    const loading = dock.plugins.load('acme.charts')
    await held.reached
    await dock.close()
    held.release()
    await expect(loading).rejects.toMatchObject({ code: 'closed' })
  })
})

describe('importing', () => {
  it('the load that began to read is closed meanwhile -> goes on through the other', async () => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open()
    const bytes = new TextEncoder().encode('export default 1')
    const { url } = await stage.publish({ bytes, chunkLengths: bytes.length })
    await (await dock.downloads.startDownload(url)).finished
    const [first, second] = [await dock.plugins.load('acme.charts'), await dock.plugins.load('acme.charts')]
    const held = gate.hold(({ operation }) => operation === 'read')
    const abandoned = expect(second.import()).rejects.toMatchObject({ code: 'closed' })
    const importing = first.import<{ default: number }>()
    await held.reached
    const closing = second.close()
    held.release()
    expect((await importing).default).toBe(1)
    await Promise.all([closing, abandoned])
    await first.close()
  })
})

describe('bytes that nobody needs any more, and that cannot be removed now', () => {
  it('of a version that was replaced -> the update is installed; the next start removes them', async () => {
    const { gate, stage, dock } = await openInstalled(0)
    const allow = gate.refuse(({ operation }) => operation === 'deleteBundle', new StorageError('It is in use'))
    const task = await dock.downloads.startDownload((await stage.publish({ version: '2.0.0' })).url)
    expect(await task.finished).toMatchObject({ version: '2.0.0' })
    await dock.close()
    allow()
    await stage.open()
    expect(await stage.host.bundles.list()).toHaveLength(1)
  })

  it('of a plugin that was deleted -> it is deleted', async () => {
    const { gate, dock } = await openInstalled()
    gate.refuse(({ operation }) => operation === 'deleteBundle', new StorageError('It is in use'))
    await dock.storage.deletePlugin('acme.charts')
    expect(await dock.storage.getInstalledPlugins()).toEqual([])
  })
})
