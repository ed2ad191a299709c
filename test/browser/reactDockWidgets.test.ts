import { createElement, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { filter, firstValueFrom } from 'rxjs'
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { createPluginDockOn } from '../../src/createPluginDockOn.js'
import type { PluginDock } from '../../src/publicTypes.js'
import { DockDownloadCard, DockDownloadList, PluginDockProvider } from '../../src/react/index.js'
import '../../src/react/styles.css'
import {
  buildPlugin,
  createMemoryHost,
  createScriptedOrigin,
  type PluginBuild,
  publishOn,
} from '../../src/testing/index.js'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

async function openDock(conditions: { readonly metered?: boolean } = {}) {
  const origin = createScriptedOrigin()
  const host = createMemoryHost({ origin, conditions })
  const dock = await createPluginDockOn(host, { maxConcurrentDownloads: 1 })
  cleanups.push(() => dock.close())
  const start = async (build: PluginBuild & { readonly id: string }) => {
    const url = publishOn(origin, await buildPlugin({ name: build.id, ...build }))
    return dock.downloads.startDownload(url)
  }
  return { dock, origin, start }
}

function show(dock: PluginDock, widget: ReactNode): void {
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  cleanups.push(() => root.unmount())
  root.render(createElement(PluginDockProvider, { dock }, widget))
}

const waiting = () =>
  [...document.querySelectorAll('[data-group="waiting"] [data-task] h4')].map(({ textContent }) => textContent)

test('Alt and an arrow on a row that waits -> its turn changes, the focus stays on it, and the turn is said', async () => {
  const { dock, origin, start } = await openDock()
  origin.limitBytesPerSecond = 50_000
  const running = await start({ id: 'running', size: 10_000_000 })
  await vi.waitFor(() => expect(running.progress.state).toBe('downloading'), 5000)
  for (const id of ['a', 'b', 'c']) await start({ id })
  show(dock, createElement(DockDownloadList))
  // a row changes its group after a second
  await vi.waitFor(() => expect(waiting()).toEqual(['a', 'b', 'c']), 5000)
  const row = [...document.querySelectorAll<HTMLElement>('[data-task]')].find((one) => one.textContent?.startsWith('c'))
  row?.focus()
  await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}')
  await vi.waitFor(() => expect(waiting()).toEqual(['a', 'c', 'b']))
  await vi.waitFor(() => expect(document.activeElement).toBe(row))
  await expect.element(page.getByText('c: number 2 in line')).toBeInTheDocument()
  await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}')
  await vi.waitFor(() => expect(waiting()).toEqual(['c', 'a', 'b']))
  await userEvent.keyboard('{Alt>}{ArrowDown}{ArrowDown}{/Alt}')
  await vi.waitFor(() => expect(waiting()).toEqual(['a', 'b', 'c']))
  await vi.waitFor(() => expect(document.activeElement).toBe(row))
})

test('a version that was skipped, tried again from its card -> it is installed and runs', async () => {
  const { dock, start } = await openDock()
  const first = await start({ id: 'charts', version: '1.0.0' })
  await first.finished
  await (await dock.plugins.load('charts')).confirmHealthy()
  const second = await start({ id: 'charts', version: '1.1.0' })
  await second.finished
  const loaded = await dock.plugins.load('charts')
  await loaded.reportFailure(new Error('It does not start'))
  await loaded.close()
  show(dock, createElement(DockDownloadCard, { taskId: second.id }))
  await page.getByRole('button', { name: 'Try 1.1.0 again' }).click()
  await vi.waitFor(async () => {
    const [plugin] = await dock.storage.getInstalledPlugins()
    expect(plugin?.version).toBe('1.1.0')
  })
  const [active] = await dock.plugins.versions('charts')
  expect(active).toMatchObject({ version: '1.1.0', role: 'active' })
  expect(active?.quarantine).toBeUndefined()
})

test('given as a manifest, then cancelled -> nobody offers to download it again from here', async () => {
  const { dock, origin } = await openDock()
  origin.limitBytesPerSecond = 50_000
  const build = await buildPlugin({ id: 'charts', name: 'charts', size: 3_000_000 })
  const given = await dock.downloads.startDownload(build.manifest, { baseUrl: publishOn(origin, build) })
  await dock.downloads.cancelDownload(given.id)
  const other = await buildPlugin({ id: 'other', name: 'other', size: 3_000_000 })
  const named = await dock.downloads.startDownload(publishOn(origin, other))
  await dock.downloads.cancelDownload(named.id)
  show(
    dock,
    createElement('div', null, createElement(DockDownloadList), createElement(DockDownloadCard, { taskId: given.id })),
  )
  const again = () =>
    [...document.querySelectorAll('[data-action="downloadAgain"]')].map(
      (button) => button.closest<HTMLElement>('[data-task]')?.dataset.task,
    )
  await vi.waitFor(() => expect(document.querySelectorAll('article')).toHaveLength(3))
  expect(again()).toEqual([named.id])
})

test('a speed limit that holds downloads back -> the card says so, and the graph has its line', async () => {
  const { dock, start } = await openDock()
  await dock.policy.change({ limitBytesPerSecond: 50_000 })
  const task = await start({ id: 'slow', size: 3_000_000 })
  await firstValueFrom(dock.downloads.watchProgress(task.id).pipe(filter(({ state }) => state === 'downloading')))
  show(dock, createElement(DockDownloadList))
  await expect.element(page.getByText(/limited to 50/), { timeout: 20_000 }).toBeVisible()
  await expect.element(page.getByText(/^Limit 50/)).toBeVisible()
  await vi.waitFor(() => expect(document.querySelector('.pd-speed__cap')).not.toBeNull(), 10_000)
})

test('several need an OK for limited data -> one dialog asks for all of them', async () => {
  const { dock, start } = await openDock({ metered: true })
  await dock.policy.change({ askAboveBytes: 0 })
  const tasks = [await start({ id: 'one' }), await start({ id: 'two' })]
  show(dock, createElement(DockDownloadList))
  await vi.waitFor(() => expect(tasks.map(({ progress }) => progress.state)).toEqual(Array(2).fill('awaitingConsent')))
  await page.getByRole('button', { name: 'Options' }).first().click()
  const dialog = page.getByRole('dialog')
  await expect.element(dialog.getByText(/^one/)).toBeVisible()
  await expect.element(dialog.getByText(/^two/)).toBeVisible()
  await dialog.getByRole('button', { name: /^Download/ }).click()
  for (const task of tasks) await task.finished
})

test('an installed plugin is removed -> neither its card nor its row offers to open it', async () => {
  const { dock, start } = await openDock()
  const task = await start({ id: 'charts' })
  await task.finished
  const onOpen = vi.fn()
  show(dock, [
    createElement(DockDownloadCard, { key: 'card', taskId: task.id, onOpen }),
    createElement(DockDownloadList, { key: 'list', onOpen }),
  ])
  const open = page.getByRole('button', { name: 'Open' })
  await vi.waitFor(() => expect(open.elements()).toHaveLength(2))
  await dock.storage.deletePlugin('charts')
  await vi.waitFor(() => expect(open.elements()).toEqual([]))
})
