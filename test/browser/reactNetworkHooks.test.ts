import { createElement, Profiler, type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'
import { createPluginDockOn } from '../../src/createPluginDockOn.js'
import type { PluginDock } from '../../src/publicTypes.js'
import { PluginDockProvider, useBandwidthPolicy, useConditions } from '../../src/react/index.js'
import { createMemoryHost } from '../../src/testing/index.js'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

async function openDock() {
  const host = createMemoryHost()
  const dock = await createPluginDockOn(host)
  cleanups.push(() => dock.close())
  return { host, dock }
}

/** Draws each reader under a profiler, which writes down its name. */
function mount(dock: PluginDock, readers: Readonly<Record<string, () => ReactNode>>) {
  const draws: string[] = []
  const element = document.body.appendChild(document.createElement('div'))
  const root = createRoot(element)
  const nodes = Object.entries(readers).map(([id, Reader]) =>
    createElement(Profiler, { key: id, id, onRender: () => draws.push(id) }, createElement(Reader)),
  )
  root.render(createElement(StrictMode, null, createElement(PluginDockProvider, { dock, announces: false }, nodes)))
  cleanups.push(() => {
    root.unmount()
    element.remove()
  })
  return { draws, text: (id: string) => element.querySelector(`#${id}`)?.textContent }
}

const output = (id: string, text: string) => createElement('output', { id }, text)
const Network = () => {
  const { online, metered } = useConditions()
  return output('network', `${online} ${metered}`)
}
const Policy = () => output('policy', useBandwidthPolicy().policy.onMetered)

test('the network or the policy changes -> who reads it is drawn once, who reads the other is not', async () => {
  const { host, dock } = await openDock()
  const { draws, text } = mount(dock, { network: Network, policy: Policy })
  await vi.waitFor(() => expect([text('network'), text('policy')]).toEqual(['true false', 'ask']))
  draws.length = 0
  host.conditions.change({ online: false, metered: true })
  await vi.waitFor(() => expect(text('network')).toBe('false true'))
  expect(draws).toEqual(['network'])
  await dock.policy.change({ onMetered: 'wait' })
  await vi.waitFor(() => expect(text('policy')).toBe('wait'))
  expect(draws).toEqual(['network', 'policy'])
})

test('changed while nobody read it -> right from the first picture on', async () => {
  const { host, dock } = await openDock()
  const first = mount(dock, { network: Network, policy: Policy })
  await vi.waitFor(() => expect(first.text('policy')).toBe('ask'))
  await cleanups.pop()?.()
  host.conditions.change({ online: false })
  await dock.policy.change({ onMetered: 'allow' })
  const { draws, text } = mount(dock, { network: Network, policy: Policy })
  await vi.waitFor(() => expect([text('network'), text('policy')]).toEqual(['false false', 'allow']))
  expect(draws.filter((id) => id === 'network')).toHaveLength(1)
})

test('only the page is hidden -> nobody is drawn', async () => {
  const { host, dock } = await openDock()
  const { draws, text } = mount(dock, { network: Network, policy: Policy })
  await vi.waitFor(() => expect(text('policy')).toBe('ask'))
  draws.length = 0
  host.conditions.change({ visible: false })
  await dock.policy.change({ onMetered: 'wait' })
  await vi.waitFor(() => expect(text('policy')).toBe('wait'))
  expect(draws).toEqual(['policy'])
})
