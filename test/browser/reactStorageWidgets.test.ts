import { createElement, type ReactNode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { commands, page } from 'vitest/browser'
import { createPluginDock, type PluginDock } from '../../src/hosts/browser/index.js'
import { DockFreeSpaceDialog, DockPluginLibrary, DockStorageMeter, PluginDockProvider } from '../../src/react/index.js'
import '../../src/react/styles.css'
import { folderOf, freshName, removeFolderOf } from './engineWorker.js'

let origin: string
let name: string
let dock: PluginDock
const cleanups: (() => unknown)[] = []

beforeEach(async () => {
  origin = await commands.openOrigin()
  name = freshName()
})
afterEach(async () => {
  vi.restoreAllMocks()
  for (const clean of cleanups.splice(0).reverse()) await clean()
  await dock.close()
  await commands.closeOrigin(origin)
  await removeFolderOf(name)
})

async function install(...ids: readonly string[]): Promise<void> {
  dock = await createPluginDock({ name })
  for (const id of ids)
    await (await dock.downloads.startDownload(await commands.publish(origin, { id, name: id }))).finished
}

/** One byte of it is another now. */
async function damage(address: string | undefined): Promise<void> {
  const bundles = await folderOf(name, 'bundles')
  for await (const [file, handle] of bundles.entries()) {
    if (address === undefined || !file.includes(address) || !(handle instanceof FileSystemFileHandle)) continue
    const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer())
    const writable = await handle.createWritable({ keepExistingData: true })
    await writable.write({ type: 'write', position: 1000, data: Uint8Array.of((bytes[1000] ?? 0) ^ 255) })
    await writable.close()
    return
  }
  throw new Error('There is no such bundle')
}

function show(...widgets: readonly ReactNode[]): void {
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  cleanups.push(() => root.unmount())
  root.render(createElement(PluginDockProvider, { dock }, ...widgets))
}

test('the browser may remove plugins, and a person asks it to keep them -> it is told what the browser said', async () => {
  vi.spyOn(navigator.storage, 'persisted').mockResolvedValue(false)
  const persist = vi.spyOn(navigator.storage, 'persist').mockResolvedValue(false)
  await install('acme.charts')
  show(createElement(DockStorageMeter))
  const ask = page.getByRole('button', { name: 'Ask the browser to keep them' })
  await ask.click()
  await expect.element(page.getByText(/^The browser didn't agree/)).toBeVisible()
  persist.mockResolvedValue(true)
  await ask.click()
  await expect.element(page.getByText('The browser keeps them from now on.')).toBeVisible()
  await vi.waitFor(() => expect(ask.elements()).toEqual([]))
})

test('all are checked, one is damaged -> how far it is, which one, and what its repair costs; the repair mends it', async () => {
  await install('acme.charts', 'acme.tables')
  await damage((await dock.plugins.versions('acme.charts'))[0]?.address)
  show(createElement(DockStorageMeter), createElement(DockPluginLibrary))
  const percents: (string | null)[] = []
  const watching = new MutationObserver(() => {
    const bar = document.querySelector('progress[aria-label="Checking all plugins"]')
    if (bar) percents.push(bar.getAttribute('value'))
  })
  watching.observe(document.body, { subtree: true, childList: true, attributes: true })
  cleanups.push(() => watching.disconnect())
  await page.getByRole('button', { name: 'Check all plugins' }).click()
  await expect.element(page.getByText('acme.charts is damaged, and can be repaired.')).toBeVisible()
  expect(percents.map(Number).filter((percent) => percent > 0).length).toBeGreaterThan(0)
  const repair = page.getByRole('button', { name: /^Repair · \d+ kB$/ })
  await repair.click()
  await vi.waitFor(() => expect(repair.elements()).toEqual([]))
  await page.getByRole('button', { name: 'Check all plugins' }).click()
  await expect.element(page.getByText('Every byte of every plugin is right.')).toBeVisible()
})

test('room came by another way -> nothing more is offered to go, the dialog closes', async () => {
  const manifest = await commands.publish(origin, { id: 'acme.first' })
  dock = await createPluginDock({ name, storage: { budgetBytes: 300_000 } })
  await (await dock.downloads.startDownload(manifest)).finished
  await dock.storage.pin('acme.first')
  const task = await dock.downloads.startDownload(await commands.publish(origin, { id: 'acme.second' }))
  await vi.waitFor(() => expect(task.progress.state).toBe('awaitingSpace'), 5000)
  const onClose = vi.fn()
  show(createElement(DockFreeSpaceDialog, { taskId: task.id, onClose }))
  await expect.element(page.getByRole('dialog', { name: /^Free up/ })).toBeVisible()
  expect(onClose).not.toHaveBeenCalled()
  await dock.storage.deletePlugin('acme.first')
  await task.finished
  await vi.waitFor(() => expect(onClose).toHaveBeenCalledOnce())
})

test('what may go cannot be found out -> the dialog says so, and who opened it is told', async () => {
  await install('acme.charts')
  const gone = new Error('The store cannot be read')
  vi.spyOn(dock.storage, 'planEviction').mockRejectedValue(gone)
  const [onError, onClose] = [vi.fn(), vi.fn()]
  show(createElement(DockFreeSpaceDialog, { onError, onClose }))
  await expect.element(page.getByText("What is stored couldn't be read. Close this and try again.")).toBeVisible()
  expect(onError).toHaveBeenCalledWith(gone)
  await page.getByRole('button', { name: 'Close' }).click()
  expect(onClose).toHaveBeenCalled()
})

test('what may go cannot be found out, and the app draws itself anew for that -> it is asked for once', async () => {
  await install('acme.charts')
  const plan = vi.spyOn(dock.storage, 'planEviction')
  plan.mockImplementation(() => Promise.reject(new Error('The store cannot be read')))
  const onClose = vi.fn()
  const App = () => {
    const [errors, setErrors] = useState(0)
    const dialog = createElement(DockFreeSpaceDialog, { onError: () => setErrors((count) => count + 1), onClose })
    return createElement('div', { id: 'errors' }, `errors: ${errors}`, dialog)
  }
  show(createElement(App))
  await vi.waitFor(() => expect(document.querySelector('#errors')?.textContent).toMatch(/^errors: [1-9]/))
  for (let frame = 0; frame < 10; frame++) await new Promise(requestAnimationFrame)
  expect(plan).toHaveBeenCalledOnce()
})
