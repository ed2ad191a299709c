import { createElement, type ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { DownloadProgress } from '../../src/domain/progress.js'
import {
  ConsentDialog,
  DownloadList,
  type DownloadListProps,
  MessagesProvider,
  PluginLibrary,
  type PluginView,
} from '../../src/react/index.js'
import '../../src/react/styles.css'
import { SCENARIOS } from '../../stories/scenarios.js'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

function mountNode() {
  const host = document.body.appendChild(document.createElement('div'))
  const root = createRoot(host)
  cleanups.push(() => {
    root.unmount()
    host.remove()
  })
  return { host, render: (node: ReactNode) => root.render(node) }
}

function mountList(props: Omit<DownloadListProps, 'downloads'> = {}) {
  let time = Date.now()
  const { host, render } = mountNode()
  const show = (downloads: readonly DownloadProgress[], beside?: ReactNode) => {
    const list = createElement(DownloadList, { ...props, downloads })
    render(createElement(MessagesProvider, { now: () => time }, list, beside))
  }
  const pass = (durationMs: number) => {
    time += durationMs
  }
  return { host, show, pass }
}

function download(index: number, changes: Partial<DownloadProgress> = {}): DownloadProgress {
  return { ...SCENARIOS.downloading.progress, taskId: `task-${index}`, name: `Plugin ${index}`, ...changes }
}

const WAITS = { state: 'queued', bytesDownloaded: 0, waitingFor: { code: 'slot', message: '' } } as const
const FAILED = download(0, { state: 'failed', failure: { code: 'network', message: '', retryable: true, attempt: 5 } })

const FULL = { ...SCENARIOS.awaitingSpace.progress, taskId: 'task-0' }

const rowOf = (host: HTMLElement, taskId: string) => host.querySelector<HTMLElement>(`[data-task="${taskId}"]`)
const groupOf = (host: HTMLElement, taskId: string) =>
  rowOf(host, taskId)?.closest<HTMLElement>('[data-group]')?.dataset.group

test('the only row changes its group at the press of its button -> the focus is on it', async () => {
  const { host, show } = mountList({ onRetry: () => show([download(0)]) })
  show([FAILED])
  await vi.waitFor(() => expect(groupOf(host, 'task-0')).toBe('needsYou'))
  rowOf(host, 'task-0')?.querySelector<HTMLElement>('[data-action="tryAgain"]')?.focus()
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(groupOf(host, 'task-0')).toBe('downloading'))
  await vi.waitFor(() => expect(document.activeElement).toBe(rowOf(host, 'task-0')))
})

test('a person has gone elsewhere, and rows come and go -> the focus is not taken', async () => {
  const { host, show } = mountList()
  show([download(0), download(1)], createElement('p', null, 'elsewhere'))
  await vi.waitFor(() => expect(rowOf(host, 'task-1')).not.toBeNull())
  rowOf(host, 'task-1')?.focus()
  await userEvent.click(page.getByText('elsewhere'))
  expect(document.activeElement).toBe(document.body)
  show([download(0)], createElement('p', null, 'elsewhere'))
  await vi.waitFor(() => expect(rowOf(host, 'task-1')).toBeNull())
  await frames()
  expect(document.activeElement).toBe(document.body)
})

test('pressed in a list that stood still for long -> its row changes its group at once', async () => {
  const { host, show, pass } = mountList({ onRetry: () => show([download(0)]) })
  show([FAILED])
  await vi.waitFor(() => expect(groupOf(host, 'task-0')).toBe('needsYou'))
  pass(60_000)
  rowOf(host, 'task-0')?.querySelector<HTMLElement>('[data-action="tryAgain"]')?.click()
  await frames()
  expect(groupOf(host, 'task-0')).toBe('downloading')
})

test('a long group far below comes into sight because those above it leave -> its rows are there', async () => {
  const { host, show, pass } = mountList()
  const waiting = Array.from({ length: 70 }, (_, index) => download(100 + index, WAITS))
  const running = Array.from({ length: 70 }, (_, index) => download(index))
  show([...running, ...waiting])
  await vi.waitFor(() => expect(rowOf(host, 'task-0')).not.toBeNull())
  await frames()
  expect(rowOf(host, 'task-101')).toBeNull()
  const installed = running.map((one) => ({ ...one, state: 'installed' }) as const)
  show([...installed, ...waiting])
  await frames()
  pass(2000)
  show([...installed, ...waiting])
  await vi.waitFor(() => expect(rowOf(host, 'task-102')).not.toBeNull())
})

test('the page grows -> the rows that come into sight are there', async () => {
  const [width, height] = [window.innerWidth, window.innerHeight]
  cleanups.push(() => page.viewport(width, height))
  await page.viewport(800, 300)
  const { host, show } = mountList()
  show(Array.from({ length: 100 }, (_, index) => download(index)))
  await vi.waitFor(() => expect(rowOf(host, 'task-1')).not.toBeNull())
  await frames()
  expect(rowOf(host, 'task-20')).toBeNull()
  await page.viewport(800, 2400)
  await vi.waitFor(() => {
    const rows = [...host.querySelectorAll('[data-task]')]
    expect(Math.max(...rows.map((row) => row.getBoundingClientRect().bottom))).toBeGreaterThan(2400)
  })
})

/** What was asked for with the next frames is done. */
async function frames(): Promise<void> {
  for (let count = 0; count < 4; count++) await new Promise(requestAnimationFrame)
}

test('a dialog closes after the button that opened it has gone -> the focus is on the row', async () => {
  let close = () => {}
  const onFreeSpace = () => {
    const dialog = createElement(ConsentDialog, {
      downloads: [download(0)],
      onApprove: async () => {},
      onClose: () => close(),
    })
    close = () => show([download(0)])
    show([FULL], dialog)
  }
  const { host, show } = mountList({ onFreeSpace })
  show([FULL])
  const button = () => rowOf(host, 'task-0')?.querySelector<HTMLElement>('[data-action="freeSpace"]')
  await vi.waitFor(() => expect(button()).toBeTruthy())
  button()?.focus()
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(host.querySelector('dialog')?.contains(document.activeElement)).toBe(true))
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(host.querySelector('dialog')).toBeNull())
  await vi.waitFor(() => expect(document.activeElement).toBe(rowOf(host, 'task-0')))
})

test('a button of a row of the library goes once it was pressed -> the focus is on the row, and is not taken later', async () => {
  const plugin = (isDamaged: boolean): PluginView => ({
    plugin: {
      pluginId: 'acme.charts',
      version: '1.0.0',
      address: 'a',
      sizeBytes: 1000,
      installedAt: 0,
      lastUsedAt: 0,
      pinned: false,
      inUse: false,
      health: 'healthy',
      ...(isDamaged ? { damagedAt: 1 } : {}),
    },
    versions: [
      {
        version: '1.0.0',
        address: 'a',
        sizeBytes: 1000,
        installedAt: 0,
        health: 'healthy',
        role: 'active',
        ...(isDamaged ? { damagedAt: 1 } : {}),
      },
    ],
  })
  const { host, render } = mountNode()
  const show = (isDamaged: boolean) => {
    const onRepair = async () => show(false)
    const library = createElement(PluginLibrary, { plugins: [plugin(isDamaged)], onRepair, onPin: async () => {} })
    render(createElement('div', null, library, createElement('p', null, 'elsewhere')))
  }
  show(true)
  const repair = () => host.querySelector<HTMLElement>('[data-action="repair"]')
  await vi.waitFor(() => expect(repair()).not.toBeNull())
  repair()?.focus()
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(repair()).toBeNull())
  await vi.waitFor(() => expect(document.activeElement).toBe(host.querySelector('[data-menu]')))
  await userEvent.click(page.getByText('elsewhere'))
  show(true)
  await vi.waitFor(() => expect(repair()).not.toBeNull())
  await frames()
  expect(document.activeElement).toBe(document.body)
})

test('a long list is drawn first -> its frame with the room that it takes, then its rows', async () => {
  const { host, render } = mountNode()
  const downloads = Array.from({ length: 1000 }, (_, index) => download(index))
  flushSync(() => render(createElement(DownloadList, { downloads })))
  expect(host.querySelector('section')?.getAttribute('aria-busy')).toBe('true')
  expect(host.querySelector('h2')?.textContent).toBe('Downloads')
  expect(host.offsetHeight).toBeGreaterThan(50_000)
  expect(rowOf(host, 'task-0')).toBeNull()
  await vi.waitFor(() => expect(rowOf(host, 'task-0')).not.toBeNull())
  expect(host.querySelector('section')?.hasAttribute('aria-busy')).toBe(false)
})
