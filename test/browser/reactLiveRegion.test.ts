import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { filter, firstValueFrom } from 'rxjs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { commands } from 'vitest/browser'
import { createPluginDock, type PluginDock } from '../../src/hosts/browser/index.js'
import { PluginDockProvider } from '../../src/react/index.js'
import { speechOf } from '../../src/react/live/speech.js'
import { freshName, removeFolderOf } from './engineWorker.js'

const cleanups: (() => unknown)[] = []
let origin: string
let name: string
beforeEach(async () => {
  origin = await commands.openOrigin()
  name = freshName()
})
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
  await commands.closeOrigin(origin)
  await removeFolderOf(name)
})

async function open(): Promise<PluginDock> {
  const dock = await createPluginDock({ name })
  cleanups.push(() => dock.close())
  return dock
}

/** Everything that the live region of a page says, in order. */
function listen(dock: PluginDock): readonly string[] {
  const host = document.body.appendChild(document.createElement('div'))
  const root = createRoot(host)
  const heard: string[] = []
  const watch = new MutationObserver(() => heard.push(host.textContent ?? ''))
  watch.observe(host, { subtree: true, characterData: true, childList: true })
  root.render(createElement(PluginDockProvider, { dock }))
  cleanups.push(() => {
    watch.disconnect()
    root.unmount()
    host.remove()
  })
  return heard
}

test('a page is opened that has downloads of before -> only what is new is said', async () => {
  const before = await open()
  const first = await before.downloads.startDownload(
    await commands.publish(origin, { id: 'acme.first', name: 'First' }),
  )
  await first.finished
  await before.close()
  const dock = await open()
  const heard = listen(dock)
  await firstValueFrom(dock.downloads.watchAll().pipe(filter((all) => all.length > 0)))
  const source = await commands.publish(origin, { id: 'acme.second', name: 'Second' })
  await (await dock.downloads.startDownload(source)).finished
  await vi.waitFor(() => expect(heard.join(' ')).toContain('Second'), { timeout: 10_000 })
  expect(heard.join(' ')).not.toContain('First')
})

test('the same is said twice -> it is told twice', async () => {
  const dock = await open()
  const host = document.body.appendChild(document.createElement('div'))
  const root = createRoot(host)
  let at = 0
  // each look at the clock is long after the one before, so that nothing has to wait its turn
  const now = () => (at += 10_000)
  root.render(createElement(PluginDockProvider, { dock, now }))
  cleanups.push(() => {
    root.unmount()
    host.remove()
  })
  const region = await vi.waitFor(() => {
    const found = host.querySelector('[role="status"]')
    if (!found) throw new Error('there is no live region')
    return found
  })
  const told: string[] = []
  const watch = new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) told.push(node.textContent ?? '')
  })
  watch.observe(region, { subtree: true, characterData: true, childList: true })
  cleanups.push(() => watch.disconnect())
  speechOf(dock).next('Freed 3 MB.')
  await vi.waitFor(() => expect(told).toEqual(['Freed 3 MB.']))
  speechOf(dock).next('Freed 3 MB.')
  await vi.waitFor(() => expect(told).toEqual(['Freed 3 MB.', 'Freed 3 MB.']))
})
