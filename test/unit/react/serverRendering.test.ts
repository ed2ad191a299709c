import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import { GERMAN } from '../../../src/react/german.js'
import {
  DockBandwidthSettings,
  DockDownloadCard,
  DockDownloadList,
  DockOfflineBanner,
  DownloadCard,
  DownloadList,
  MessagesProvider,
  type MessagesProviderProps,
  PluginDockProvider,
  usePluginDock,
} from '../../../src/react/index.js'
import { createMemoryHost } from '../../../src/testing/index.js'
import { SCENARIOS } from '../../../stories/scenarios.js'

test('a card on a server -> whole, and marked with its state', () => {
  const html = renderToString(createElement(DownloadCard, SCENARIOS.paused))
  expect(html).toContain('data-state="paused"')
  expect(html).toContain('<progress')
})

test('German words on a server -> at once where the app brings them, else English until the page is there', () => {
  const card = createElement(DownloadCard, SCENARIOS.paused)
  const draw = (props: MessagesProviderProps) => renderToString(createElement(MessagesProvider, props, card))
  expect(draw({ locale: 'de', messages: GERMAN })).toContain('Angehalten')
  expect(draw({ locale: 'de' })).toContain('Paused')
})

test('a long list on a server -> its first rows are there', () => {
  const downloads = Array.from({ length: 100 }, (_, index) => ({
    ...SCENARIOS.paused.progress,
    taskId: `task-${index}`,
  }))
  const html = renderToString(createElement(DownloadList, { downloads }))
  expect(html).toContain('data-task="task-0"')
  expect(html).not.toContain('aria-busy')
})

test('hooks on a server -> nothing is downloading there', async () => {
  const dock = await createPluginDockOn(createMemoryHost())
  const html = renderToString(
    createElement(
      PluginDockProvider,
      { dock },
      createElement(DockDownloadList),
      createElement(DockDownloadCard, { taskId: 'a' }),
    ),
  )
  expect(html).toContain('Nothing is downloading')
  expect(html).not.toContain('<article')
  await dock.close()
})

test('network widgets on a server -> the usual policy, and online, whatever the dock has', async () => {
  const dock = await createPluginDockOn(createMemoryHost({ conditions: { online: false } }), {
    bandwidth: { onMetered: 'wait' },
  })
  const nodes = [DockBandwidthSettings, DockOfflineBanner].map((widget) =>
    createElement<object>(widget, { key: widget.name }),
  )
  const html = renderToString(createElement(PluginDockProvider, { dock }, nodes))
  expect(html).toContain('data-state="free"')
  expect(html).toContain('data-state="online"')
  expect(html).toMatch(/<input[^>]*value="ask"[^>]*checked|<input[^>]*checked[^>]*value="ask"/)
  await dock.close()
})

test('a hook without its provider -> an error that names it', () => {
  const Lost = () => String(usePluginDock())
  expect(() => renderToString(createElement(Lost))).toThrow('PluginDockProvider')
})
