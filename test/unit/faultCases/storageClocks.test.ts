import { describe, expect, it } from 'vitest'
import { createStage, isInstalled } from '../dock/stage.js'

const DAY_MS = 24 * 60 * 60 * 1000

describe('clocks that were wrong', () => {
  it('S28 a version was quarantined by a clock ten years ahead -> for no longer than the option says, restarts or not', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const published = await stage.publish({ size: 5000 })
    await (await dock.downloads.startDownload(published.url)).finished
    const loaded = await dock.plugins.load('acme.charts')
    await loaded.reportFailure('it does not work')
    await loaded.close()
    await dock.downloads.dismissSettled()
    await dock.close()
    const yearsMs = 10 * 365 * DAY_MS
    const stores = await stage.host.open()
    const records = await stores.records.list('')
    await stores.close()
    for (const { key } of records) {
      const text = stage.host.records.textOf(key)?.split('\n')[0]
      const later = text?.replace(/"until":(\d+)/g, (_, until) => `"until":${Number(until) + yearsMs}`)
      stage.host.records.spoil(key, later)
    }
    for (let day = 0; day < 7; day++) {
      const again = await stage.open()
      await expect(again.plugins.load('acme.charts')).rejects.toMatchObject({ code: 'quarantined' })
      await again.close()
      await stage.clock.advance(DAY_MS)
    }
    const after = await stage.open()
    expect(await isInstalled(after, 'acme.charts', published.bytes)).toBe(true)
  })

  it('S28 a file of ours was written in a time to come -> it goes all the same', async () => {
    const stage = createStage()
    stage.host.bundles.addForeign('of the future.tmp', 1, stage.clock.now() + 100 * 365 * DAY_MS)
    await stage.open()
    expect(await stage.host.bundles.list()).toEqual([])
  })
})

describe('files that nobody knows', () => {
  it('S23 older than an hour, of a wrong clock, or debris -> collected, as told before; new ones and folders are left alone', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const now = stage.clock.now()
    const { bundles } = stage.host
    bundles.addForeign('old.tmp', 1, now - 3_600_000)
    bundles.addForeign('of the future.tmp', 2, now + 3_600_000)
    bundles.addForeign('x.crswap', 3, now)
    bundles.addForeign('new.tmp', 4, now - 3_599_999)
    bundles.addForeign('folder', 5)
    const planned = await dock.storage.collectOrphans({ dryRun: true })
    expect(planned.items.map(({ name }) => name)).toEqual(['old.tmp', 'of the future.tmp', 'x.crswap'])
    expect(await dock.storage.collectOrphans()).toEqual({ ...planned, dryRun: false, bytesFreed: 6 })
    expect((await bundles.list()).map(({ name }) => name)).toEqual(['new.tmp', 'folder'])
    await stage.clock.advance(1)
    await dock.close()
    await stage.open()
    expect((await bundles.list()).map(({ name }) => name)).toEqual(['folder'])
  })
})
