import { createElement, type ReactNode, StrictMode, version } from 'react'
import { version as domVersion } from 'react-dom'
import { createRoot, hydrateRoot } from 'react-dom/client'
import { renderToString, version as serverVersion } from 'react-dom/server'
import { afterEach, expect, test, vi } from 'vitest'
import { DownloadCard, DownloadList, MessagesProvider } from '../../src/react/index.js'
import { SCENARIOS, type Scenario } from '../../stories/scenarios.js'

const cleanups: (() => unknown)[] = []
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean()
})

test('this project -> React 18, wherever it is imported from', () => {
  expect([version, domVersion, serverVersion].map((text) => text.split('.')[0])).toEqual(['18', '18', '18'])
})

const scenarios = Object.entries<Scenario>(SCENARIOS)

test.each(scenarios)('a card that is %s, in strict mode -> drawn without a word of complaint', async (_, scenario) => {
  const complaints = vi.spyOn(console, 'error')
  cleanups.push(() => complaints.mockRestore())
  const host = mount(createElement(DownloadCard, scenario))
  await vi.waitFor(() => expect(host.querySelector('article')).not.toBeNull())
  expect(host.querySelector('article')?.dataset.state).toBe(scenario.progress.state)
  expect(complaints.mock.calls).toEqual([])
})

test('a list drawn on a server and taken over in strict mode -> nothing is drawn anew, and its buttons answer', async () => {
  const downloads = scenarios.map(([taskId, { progress }]) => ({ ...progress, taskId }))
  const onPause = vi.fn()
  const list = createElement(
    StrictMode,
    null,
    createElement(
      MessagesProvider,
      { locale: 'en', now: () => 0 },
      createElement(DownloadList, { downloads, onPause }),
    ),
  )
  const host = document.body.appendChild(document.createElement('div'))
  // what React 18 says of layout effects on a server is true here alone, where there is a document as well
  const onServer = vi.spyOn(console, 'error').mockImplementation(() => {})
  host.innerHTML = renderToString(list)
  for (const [complaint] of onServer.mock.calls) expect(complaint).toMatch(/^Warning: useLayoutEffect does nothing/)
  onServer.mockRestore()
  const complaints = vi.spyOn(console, 'error')
  cleanups.push(() => complaints.mockRestore())
  const pause = host.querySelector<HTMLButtonElement>('[data-task="downloading"] [data-action="pause"]')
  const root = hydrateRoot(host, list)
  cleanups.push(() => {
    root.unmount()
    host.remove()
  })
  await vi.waitFor(() => {
    pause?.click()
    expect(onPause).toHaveBeenCalledWith('downloading')
  })
  expect(pause?.isConnected).toBe(true)
  expect(complaints.mock.calls).toEqual([])
})

function mount(node: ReactNode): HTMLElement {
  const host = document.body.appendChild(document.createElement('div'))
  const root = createRoot(host)
  root.render(createElement(StrictMode, null, node))
  cleanups.push(() => {
    root.unmount()
    host.remove()
  })
  return host
}
