import { createElement } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'
import { GERMAN } from '../../src/react/german.js'
import { DownloadCard, FreeSpaceDialog, MessagesProvider, type MessagesProviderProps } from '../../src/react/index.js'
import { SCENARIOS } from '../../stories/scenarios.js'

const cleanups: (() => unknown)[] = []
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean()
})

function draw(props: MessagesProviderProps): HTMLElement {
  const element = document.body.appendChild(document.createElement('div'))
  const root = createRoot(element)
  flushSync(() => root.render(createElement(MessagesProvider, props, createElement(DownloadCard, SCENARIOS.paused))))
  cleanups.push(() => {
    root.unmount()
    element.remove()
  })
  return element
}

test('a German locale, and no words -> German ones are fetched; an English page beside it stays English', async () => {
  const german = draw({ locale: 'de-CH' })
  const english = draw({ locale: 'en-GB' })
  await vi.waitFor(() => expect(german.textContent).toContain('Angehalten'))
  expect(english.textContent).toContain('Paused')
})

test('the app brings the words -> they are in the first picture', () => {
  expect(draw({ locale: 'de', messages: GERMAN }).textContent).toContain('Angehalten')
})

test('words of the app, of a card and of a dialog -> each in its own place', () => {
  const element = document.body.appendChild(document.createElement('div'))
  const root = createRoot(element)
  const dialog = createElement(FreeSpaceDialog, {
    plan: { bytesToFree: 1, bytesFreed: 0, sufficient: false, items: [] },
    plugins: [],
    space: undefined,
    onRemove: async () => {},
    onClose: () => {},
  })
  const card = createElement(DownloadCard, SCENARIOS.paused)
  const messages = { ...GERMAN, freeSpace: { ...GERMAN.freeSpace, title: 'Raum' } }
  flushSync(() => root.render(createElement(MessagesProvider, { locale: 'de', messages }, card, dialog)))
  cleanups.push(() => {
    root.unmount()
    element.remove()
  })
  expect(element.querySelector('article')?.textContent).toContain('Angehalten')
  expect(element.querySelector('dialog')?.textContent).toContain('Raum')
})
