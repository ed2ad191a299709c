import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'
import { page } from 'vitest/browser'
import { createPluginDockOn } from '../../src/createPluginDockOn.js'
import { PluginDockProvider } from '../../src/react/index.js'
import { buildPlugin, createMemoryHost, createScriptedOrigin, publishOn } from '../../src/testing/index.js'
import { TinyDownload } from '../../stories/guides/examples/ownView.js'
import { openCharts } from '../../stories/guides/examples/runAPlugin.js'
import { app, dock } from '../../stories/guides/examples/supervisor.js'
import { openLive } from '../../stories/live/openLive.js'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

test('the guide whose app owns the supervisor -> closing the dock leaves it to the app, and the app ends it', async () => {
  expect(dock.supervisor).toBe(app.system.get('plugins'))
  await dock.close()
  expect(dock.supervisor.getSnapshot().hasTag('leader')).toBe(true)
  app.stop()
  expect(dock.supervisor.getSnapshot().status).toBe('stopped')
})

test('the whole app of the first guide -> a list with nothing in it, and a button that begins a download', async () => {
  const place = Object.assign(document.createElement('div'), { id: 'app' })
  document.body.append(place)
  cleanups.push(() => place.remove())
  await import('../../stories/guides/examples/gettingStarted.js')
  await expect.element(page.getByText('Nothing is downloading')).toBeVisible()
  await page.getByRole('button', { name: 'Install Charts' }).click()
  // nobody serves it here, and the card says so
  await expect.element(page.getByRole('article')).toBeVisible()
})

test('the guide that draws a download itself -> its buttons pause and resume, and its words follow', async () => {
  const live = await openLive({ limitBytesPerSecond: 100_000 })
  await live.install('Charts')
  const taskId = live.dock.downloads.getTasks()[0]?.id ?? ''
  const place = document.body.appendChild(document.createElement('div'))
  const root = createRoot(place)
  cleanups.push(
    () => live.dock.close(),
    () => place.remove(),
    () => root.unmount(),
  )
  root.render(createElement(PluginDockProvider, { dock: live.dock }, createElement(TinyDownload, { taskId })))
  const state = () => place.querySelector<HTMLElement>('p[data-state]')?.dataset.state
  await page.getByRole('button', { name: 'Pause' }).click()
  await vi.waitFor(() => expect(state()).toBe('paused'))
  expect(place.textContent).toContain('Paused')
  await page.getByRole('button', { name: 'Resume' }).click()
  await vi.waitFor(() => expect(state()).toBe('downloading'))
})

test('the guide that runs a plugin -> it draws, and its version is confirmed', async () => {
  const origin = createScriptedOrigin()
  const code = "export const draw = async (target) => { target.textContent = 'drawn' }"
  const plugin = await buildPlugin({ id: 'acme.charts', bytes: new TextEncoder().encode(code) })
  const own = await createPluginDockOn(createMemoryHost({ origin }), { health: { confirm: 'explicit' } })
  cleanups.push(() => own.close())
  await (await own.downloads.startDownload(publishOn(origin, plugin))).finished
  const target = document.createElement('div')
  await openCharts(own, target)
  expect(target.textContent).toBe('drawn')
  expect((await own.plugins.versions('acme.charts'))[0]?.health).toBe('healthy')
})
