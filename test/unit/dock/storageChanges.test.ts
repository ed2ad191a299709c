import { expect, it } from 'vitest'
import { createStage, type Stage } from './stage.js'

async function openWithPlugin(stage: Stage = createStage()) {
  const dock = await stage.open({ storage: { budgetBytes: 5_000_000 } })
  const install = async (version: string) => {
    const { url } = await stage.publish({ version })
    await (await dock.downloads.startDownload(url)).finished
  }
  await install('1.0.0')
  let changes = 0
  dock.storage.changes.subscribe(() => changes++)
  /** How many changes `work` brings. */
  const during = async (work: () => Promise<unknown>): Promise<number> => {
    const before = changes
    await work()
    return changes - before
  }
  return { dock, install, during }
}

it('installed, pinned, used, closed, rolled back, removed -> each is told', async () => {
  const { dock, install, during } = await openWithPlugin()
  expect(await during(() => install('1.1.0'))).toBeGreaterThan(0)
  expect(await during(() => dock.storage.pin('acme.charts'))).toBeGreaterThan(0)
  const loaded = await dock.plugins.load('acme.charts')
  expect(await during(() => loaded.close())).toBeGreaterThan(0)
  expect(await during(() => dock.plugins.rollback('acme.charts'))).toBeGreaterThan(0)
  expect(await during(() => dock.storage.deletePlugin('acme.charts'))).toBeGreaterThan(0)
})

it('nothing changes -> nothing is told', async () => {
  const { dock, during } = await openWithPlugin()
  expect(await during(() => dock.storage.planEviction(1))).toBe(0)
  expect(await during(() => dock.storage.getInstalledPlugins())).toBe(0)
})

it('the budget is what the options set', async () => {
  const { dock } = await openWithPlugin()
  expect(dock.storage.budgetBytes).toBe(5_000_000)
})

it('the dock closes -> the changes complete', async () => {
  const { dock } = await openWithPlugin()
  const completed = new Promise<void>((resolve) => dock.storage.changes.subscribe({ complete: resolve }))
  await dock.close()
  await completed
})
