import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import {
  DockDownloadCard,
  DockDownloadList,
  DownloadCard,
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

test('a hook without its provider -> an error that names it', () => {
  const Lost = () => String(usePluginDock())
  expect(() => renderToString(createElement(Lost))).toThrow('PluginDockProvider')
})
