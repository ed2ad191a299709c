import { createElement, Profiler, type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'
import { createPluginDockOn } from '../../src/createPluginDockOn.js'
import type { PluginDock } from '../../src/publicTypes.js'
import {
  PluginDockProvider,
  useInstalledPlugins,
  useNotifications,
  usePlugin,
  useStorage,
} from '../../src/react/index.js'
import { buildPlugin, createMemoryHost, createScriptedOrigin, publishOn } from '../../src/testing/index.js'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

async function openDock() {
  const origin = createScriptedOrigin()
  const dock = await createPluginDockOn(createMemoryHost({ origin }), { storage: { budgetBytes: 50_000_000 } })
  cleanups.push(() => dock.close())
  const install = async (id: string, version = '1.0.0') => {
    const url = publishOn(origin, await buildPlugin({ id, name: id, version }))
    await (await dock.downloads.startDownload(url)).finished
  }
  return { dock, install }
}

/** Draws each reader under a profiler, which writes down its name. */
function mount(dock: PluginDock, readers: Readonly<Record<string, () => ReactNode>>) {
  const draws: string[] = []
  const host = document.body.appendChild(document.createElement('div'))
  const root = createRoot(host)
  const nodes = Object.entries(readers).map(([id, Reader]) =>
    createElement(Profiler, { key: id, id, onRender: () => draws.push(id) }, createElement(Reader)),
  )
  root.render(createElement(StrictMode, null, createElement(PluginDockProvider, { dock, announces: false }, nodes)))
  cleanups.push(() => {
    root.unmount()
    host.remove()
  })
  return { draws, text: (id: string) => host.querySelector(`#${id}`)?.textContent }
}

const output = (id: string, text: string) => createElement('output', { id }, text)
const Names = () => output('names', (useInstalledPlugins() ?? []).map(({ pluginId }) => pluginId).join(' '))
const Charts = () => output('charts', describe(usePlugin('acme.charts')))
const Tables = () => output('tables', describe(usePlugin('acme.tables')))
const Space = () => output('space', `${useStorage()?.usedBytes}`)
const News = () => {
  const { notices, newCount } = useNotifications()
  return output(
    'news',
    `${newCount}: ${notices.map(({ name, notification: { type } }) => `${name} ${type}`).join(', ')}`,
  )
}

function describe(view: ReturnType<typeof usePlugin>): string {
  return view ? `${view.versions.map(({ version }) => version).join(' ')} ${view.plugin.pinned}` : 'none'
}

test('installed, updated, pinned, removed -> each reader says so', async () => {
  const { dock, install } = await openDock()
  const { text } = mount(dock, { names: Names, charts: Charts })
  await vi.waitFor(() => expect(text('charts')).toBe('none'))
  await install('acme.charts')
  await vi.waitFor(() => expect(text('charts')).toBe('1.0.0 false'))
  await install('acme.charts', '1.1.0')
  await dock.storage.pin('acme.charts')
  await vi.waitFor(() => expect(text('charts')).toBe('1.1.0 1.0.0 true'))
  await dock.storage.deletePlugin('acme.charts')
  await vi.waitFor(() => expect(text('names')).toBe(''))
})

test('one plugin is pinned -> who reads another, or the space, is not drawn again', async () => {
  const { dock, install } = await openDock()
  await install('acme.charts')
  await install('acme.tables')
  const { draws, text } = mount(dock, { charts: Charts, tables: Tables, names: Names })
  await vi.waitFor(() => expect([text('charts'), text('tables')]).toEqual(['1.0.0 false', '1.0.0 false']))
  draws.length = 0
  await dock.storage.pin('acme.charts')
  await vi.waitFor(() => expect(text('charts')).toBe('1.0.0 true'))
  expect(draws.filter((id) => id === 'charts')).toHaveLength(1)
  expect(draws).not.toContain('tables')
})

test('something is installed -> the space that is used grows', async () => {
  const { dock, install } = await openDock()
  const { text } = mount(dock, { space: Space })
  await vi.waitFor(() => expect(text('space')).toMatch(/^\d+$/))
  const before = Number(text('space'))
  await install('acme.charts')
  await vi.waitFor(() => expect(Number(text('space'))).toBeGreaterThan(before + 100_000))
})

test('notified while no centre is shown -> known when one is', async () => {
  const { dock, install } = await openDock()
  const { text } = mount(dock, { names: Names })
  await vi.waitFor(() => expect(text('names')).toBe(''))
  await install('acme.charts')
  const centre = mount(dock, { news: News })
  await vi.waitFor(() => expect(centre.text('news')).toBe('1: acme.charts installed'))
})
