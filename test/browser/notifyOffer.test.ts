import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'
import { page } from 'vitest/browser'
import { DockDownloadCard, PluginDockProvider } from '../../src/react/index.js'
import { openLive } from '../../stories/live/openLive.js'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
  vi.unstubAllGlobals()
  localStorage.clear()
})

test('a download that takes minutes -> asked once; yes asks the browser, and the question is gone', async () => {
  const requestPermission = vi.fn(async () => 'granted')
  vi.stubGlobal('Notification', { permission: 'default', requestPermission })
  const { dock, install } = await openLive({ limitBytesPerSecond: 100_000 })
  await install('Maps')
  const taskId = dock.downloads.getTasks()[0]?.id ?? ''
  cleanups.push(() => dock.close())
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  cleanups.push(() => root.unmount())
  root.render(createElement(PluginDockProvider, { dock }, createElement(DockDownloadCard, { taskId })))
  const question = page.getByRole('group', { name: 'Tell you when it is done?' })
  await expect.element(question, { timeout: 15_000 }).toBeVisible()
  expect(requestPermission).not.toHaveBeenCalled()
  await page.getByRole('button', { name: 'Yes' }).click()
  expect(requestPermission).toHaveBeenCalledOnce()
  await vi.waitFor(() => expect(question.elements()).toEqual([]))
  expect(localStorage.getItem('plugdock.tells')).toBe('yes')
})
