import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { filter, firstValueFrom } from 'rxjs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { commands } from 'vitest/browser'
import { createPluginDock, type PluginDock } from '../../src/hosts/browser/index.js'
import { PluginDockProvider } from '../../src/react/index.js'
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
