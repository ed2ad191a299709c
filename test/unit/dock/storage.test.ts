import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createStage, readEntry, type Stage } from './stage.js'

function watchWholes({ host }: Stage) {
  const wholes = vi.spyOn(host.digester, 'createHash')
  onTestFinished(() => wholes.mockRestore())
  return wholes
}

describe('storage', () => {
  it('installed, used, deleted -> space is counted, and given back to the last byte of bundles', async () => {
    const stage = createStage()
    const dock = await stage.open({ storage: { budgetBytes: 1_000_000 } })
    const before = await dock.storage.getUsedSpace()
    const { url } = await stage.publish()
    const task = await dock.downloads.startDownload(url)
    await task.finished
    expect(await dock.storage.getUsedSpace()).toBeGreaterThan(before + 300_000)
    expect(await dock.storage.getAvailableSpace()).toBe(700_000)
    await dock.storage.deletePlugin('acme.charts')
    await dock.downloads.dismissSettled()
    expect(await stage.host.bundles.list()).toEqual([])
    await expect(dock.plugins.load('acme.charts')).rejects.toMatchObject({ code: 'not-installed' })
    await expect(dock.storage.deletePlugin('acme.charts')).rejects.toMatchObject({ code: 'not-installed' })
  })

  it('deleted while in use -> gone from the list at once, readable until closed, then its bytes go', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url } = await stage.publish()
    await (await dock.downloads.startDownload(url)).finished
    const loaded = await dock.plugins.load('acme.charts')
    expect(await dock.storage.getInstalledPlugins()).toMatchObject([{ inUse: true }])
    await dock.storage.deletePlugin('acme.charts')
    expect(await dock.storage.getInstalledPlugins()).toEqual([])
    expect(await loaded.read()).toHaveLength(300_000)
    await loaded.close()
    expect(await stage.host.bundles.list()).toEqual([])
  })

  it('a byte on the disk flipped, and its source is gone -> verify names the chunk, load hands out no wrong byte', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    const { address } = await (await dock.downloads.startDownload(url)).finished
    stage.origin.remove(path)
    const stored = stage.host.bundles.bytesOf('bundle', address)
    if (!stored) throw new Error('It was just installed')
    stored[70_000] = (stored[70_000] ?? 0) ^ 1
    expect(await dock.storage.verify('acme.charts')).toEqual({
      pluginId: 'acme.charts',
      version: '1.0.0',
      ok: false,
      chunksChecked: 5,
      badChunks: [{ index: 1, offset: 65_536, length: 65_536 }],
    })
    await expect(readEntry(dock, 'acme.charts')).rejects.toMatchObject({ code: 'corrupt', badChunks: [{ index: 1 }] })
  })

  it('verified, and again after a restart -> the whole is hashed once, the chunks each time', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { address } = await (await dock.downloads.startDownload((await stage.publish()).url)).finished
    const wholes = watchWholes(stage)
    expect(await dock.storage.verify('acme.charts')).toMatchObject({ ok: true, chunksChecked: 5 })
    expect(wholes).toHaveBeenCalledOnce()
    await dock.close()
    const next = await stage.open()
    expect(await next.storage.verify('acme.charts')).toMatchObject({ ok: true, chunksChecked: 5 })
    const stored = stage.host.bundles.bytesOf('bundle', address)
    if (!stored) throw new Error('It was just installed')
    stored[299_999] = (stored[299_999] ?? 0) ^ 1
    expect(await next.storage.verify('acme.charts')).toMatchObject({ ok: false, badChunks: [{ index: 4 }] })
    expect(wholes).toHaveBeenCalledOnce()
  })

  it('installed without chunks, and verified -> the whole was hashed as it came, and is not again', async () => {
    const stage = createStage()
    const dock = await stage.open()
    await (await dock.downloads.startDownload((await stage.publish({ chunkLengths: 'none' })).url)).finished
    const wholes = watchWholes(stage)
    expect(await dock.storage.verify('acme.charts')).toMatchObject({ ok: true })
    expect(wholes).not.toHaveBeenCalled()
  })

  it('two versions kept, one may be -> the third takes the place of the oldest', async () => {
    const stage = createStage()
    const dock = await stage.open({ storage: { keepPreviousVersions: 1 } })
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) {
      const { url } = await stage.publish({ version })
      await (await dock.downloads.startDownload(url)).finished
    }
    expect(await stage.host.bundles.list()).toHaveLength(2)
  })

  it('an update while the old version is loaded and none may be kept -> the old one reads on until closed', async () => {
    const stage = createStage()
    const dock = await stage.open({ storage: { keepPreviousVersions: 0 } })
    await (await dock.downloads.startDownload((await stage.publish()).url)).finished
    const loaded = await dock.plugins.load('acme.charts')
    await (await dock.downloads.startDownload((await stage.publish({ version: '2.0.0' })).url)).finished
    expect(loaded.version).toBe('1.0.0')
    expect(await loaded.read()).toHaveLength(300_000)
    expect(await stage.host.bundles.list()).toHaveLength(2)
    await loaded.close()
    expect(await stage.host.bundles.list()).toHaveLength(1)
  })

  it('loaded, updated and deleted at once, many times -> every load is whole or says not-installed', async () => {
    const stage = createStage()
    const dock = await stage.open({ storage: { keepPreviousVersions: 0 } })
    const versions = await Promise.all(['1.0.0', '2.0.0'].map((version) => stage.publish({ version })))
    const outcomes = new Set<string>()
    const use = async (): Promise<void> => {
      try {
        outcomes.add(`read ${(await readEntry(dock, 'acme.charts')).length}`)
      } catch (error) {
        // only the code is of interest, whatever it is an error of
        outcomes.add(String((error as { code?: unknown }).code))
      }
    }
    for (let round = 0; round < 20; round++) {
      const { manifest, bytes, path } = versions[round % 2] ?? versions[0] ?? (await stage.publish())
      stage.origin.put(path, bytes)
      const task = await dock.downloads.startDownload(manifest, { baseUrl: stage.origin.urlOf('/acme.charts/') })
      const uses = [use(), use()]
      await task.finished.catch(() => {})
      uses.push(use())
      if (round % 3 === 0)
        uses.push(
          dock.storage.deletePlugin('acme.charts').catch(() => {}),
          use(),
        )
      await Promise.all(uses)
    }
    expect([...outcomes].sort()).toEqual(['not-installed', 'read 300000'])
    const { length } = await dock.storage.getInstalledPlugins()
    expect(await stage.host.bundles.list()).toHaveLength(length)
  })
})
