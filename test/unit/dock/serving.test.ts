import { describe, expect, it } from 'vitest'
import { FakePage } from '../service-worker/fakePage.js'
import { createServedStage, ID } from '../service-worker/servedStage.js'

const CONTENTS = {
  'index.js': "import './lib/a.js'\nexport default 1\n",
  'lib/a.js': "import '../index.js'\nimport 'palette'\n",
  'style.css': '',
}

async function openInstalled(imports = { palette: async () => ({ ink: 'navy' }) }) {
  const stage = await createServedStage({}, { imports })
  const address = await stage.install(CONTENTS)
  return { stage, address, root: `https://app.example/app/plugdock/plugdock/${ID}/${address}/` }
}

describe('a service worker serves the files of the dock', () => {
  it('the capabilities -> say so', async () => {
    const { stage } = await openInstalled()
    expect(stage.dock.capabilities.servedFiles).toBe(true)
    stage.page.areServed = false
    expect(stage.dock.capabilities.servedFiles).toBe(false)
  })

  it('url and import -> its URLs, also of modules in a circle; the version is on trial', async () => {
    const { stage, root } = await openInstalled()
    const loaded = await stage.dock.plugins.load(ID)
    expect(await loaded.url('style.css')).toBe(`${root}style.css`)
    expect(await loaded.import()).toEqual({ specifier: `${root}index.js` })
    expect(await stage.dock.storage.getInstalledPlugins()).toMatchObject([{ health: 'trial' }])
  })

  it('no such file -> refused, as without a service worker', async () => {
    const { stage } = await openInstalled()
    const loaded = await stage.dock.plugins.load(ID)
    await expect(loaded.url('style.scss')).rejects.toMatchObject({ code: 'archive' })
    await expect(loaded.import('lib/b.js')).rejects.toMatchObject({ code: 'archive' })
  })

  it('a name that options.imports does not know -> unsupported, before anything runs', async () => {
    const stage = await createServedStage()
    await stage.install(CONTENTS)
    const loaded = await stage.dock.plugins.load(ID)
    await expect(loaded.import()).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('options.imports'),
    })
    expect(stage.page.links.size).toBe(0)
  })

  it('it serves no more -> blob URLs; again -> its URLs', async () => {
    const { stage, root } = await openInstalled()
    const urlOf = async (path: string) => (await stage.dock.plugins.load(ID)).url(path)
    stage.page.areServed = false
    expect(await urlOf('style.css')).toMatch(/^blob:/)
    stage.page.areServed = true
    expect(await urlOf('style.css')).toBe(`${root}style.css`)
  })

  it('a module was imported before it served -> stays the one instance', async () => {
    const { stage } = await openInstalled()
    await stage.install({ 'index.js': 'export default 7\n' }, { id: 'acme.small' })
    const loaded = await stage.dock.plugins.load('acme.small')
    stage.page.areServed = false
    const before = await loaded.import<{ default: number }>()
    stage.page.areServed = true
    expect(before.default).toBe(7)
    expect(await loaded.import()).toBe(before)
  })
})

describe('a page was handed a URL', () => {
  it('the plugin and the dock are closed -> in use until the page goes away', async () => {
    const { stage, address } = await openInstalled()
    const loaded = await stage.dock.plugins.load(ID)
    await loaded.url('style.css')
    await loaded.close()
    expect(await stage.dock.storage.getInstalledPlugins()).toMatchObject([{ inUse: true }])
    await stage.dock.close()
    expect(await stage.host.leases.isShared(address)).toBe(true)
  })

  it('room is wanted -> it is not evicted', async () => {
    const { stage, address } = await openInstalled()
    const loaded = await stage.dock.plugins.load(ID)
    await loaded.url('style.css')
    await loaded.close()
    expect(await stage.dock.storage.evictLeastRecentlyUsed(1)).toMatchObject({ sufficient: false, items: [] })
    expect((await stage.get(address, 'style.css')).status).toBe(200)
  })

  it('read, text and blob hand out none -> it may be evicted when the plugin is closed', async () => {
    const { stage } = await openInstalled()
    const loaded = await stage.dock.plugins.load(ID)
    await loaded.read()
    await loaded.close()
    expect(await stage.dock.storage.evictLeastRecentlyUsed(1)).toMatchObject({ sufficient: true })
  })

  it('it is deleted -> the bytes stay, and the page is told apart from others that never had it', async () => {
    const { stage, address } = await openInstalled()
    const loaded = await stage.dock.plugins.load(ID)
    await loaded.import()
    await loaded.close()
    await stage.dock.storage.deletePlugin(ID)
    expect(await stage.host.bundles.openBundle(address)).toBeDefined()
    const question = { type: 'plugdock.describe', name: 'plugdock', pluginId: ID } as const
    expect(await stage.page.ask({ ...question, address })).toMatchObject({ version: '1.0.0', entry: 'index.js' })
    expect(await stage.page.ask({ ...question, address: '0a' })).toBeUndefined()
  })
})

describe('the service worker asks for a repair', () => {
  const mend = (address: string) =>
    ({ type: 'plugdock.mend', name: 'plugdock', pluginId: ID, address, badChunks: [] }) as const

  it('of what is not installed, or after the dock was closed -> nobody does', async () => {
    const { stage, address } = await openInstalled()
    expect(await stage.page.ask(mend('0a'))).toBeUndefined()
    expect(await stage.page.ask(mend(address))).toBe(true)
    await stage.dock.close()
    expect(await stage.page.ask(mend(address))).toBeUndefined()
  })
})

it('a page of many docks that were closed -> remembers those alone that handed out URLs', async () => {
  const page = new FakePage()
  const left = new Set<object>()
  page.answer = (desk) => {
    left.add(desk)
    return () => left.delete(desk)
  }
  const stage = await createServedStage({ servedFiles: page })
  await stage.dock.close()
  expect(left.size).toBe(0)
})
