import { execFile } from 'node:child_process'
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import axe from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ServedFolder, serveFolder } from '../../scripts/serveFolder.mjs'
import { launchChromium } from './launchChromium.js'

interface BookEntry {
  readonly id: string
  readonly title: string
  readonly type: 'story' | 'docs'
}

const ROOT = join(import.meta.dirname, '../..')
const STORYBOOK = join(ROOT, 'node_modules/storybook/dist/bin/dispatcher.js')

let folder: string
let book: ServedFolder
let browser: Browser
let entries: readonly BookEntry[]
let context: BrowserContext
let page: Page
/** Requests that would leave the machine. */
let outside: string[]
let complaints: string[]

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'plugdock-book-')))
  await promisify(execFile)(process.execPath, [STORYBOOK, 'build', '--output-dir', folder, '--quiet'], { cwd: ROOT })
  book = await serveFolder(folder)
  const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'))
  entries = Object.values<BookEntry>(index.entries)
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await book?.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  outside = []
  complaints = []
  context = await browser.newContext()
  await context.route(
    (url) => url.origin !== book.url && /^https?:$/.test(url.protocol),
    (route) => {
      outside.push(route.request().url())
      return route.abort()
    },
  )
  page = await context.newPage()
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
})
afterEach(() => context.close())

test('the static build is opened -> guides, widgets, live stories and machines in this order, and nothing from outside', async () => {
  await page.goto(`${book.url}/`)
  await page.frameLocator('#storybook-preview-iframe').getByRole('heading', { name: 'Getting started' }).waitFor()
  const titles = [...new Set(entries.map(({ title }) => title.split('/')[0]))]
  expect(titles).toEqual(['Guides', 'Widgets', 'Live', 'Machines'].slice(0, titles.length))
  expect(titles.length).toBeGreaterThan(2)
  expect(outside).toEqual([])
  expect(complaints).toEqual([])
})

test('each guide is opened -> its code is shown, nothing comes from outside, and axe finds nothing', async () => {
  const guides = entries.filter(({ type, title }) => type === 'docs' && title.startsWith('Guides/'))
  expect(guides.map(({ title }) => title)).toEqual([
    'Guides/Getting started',
    'Guides/States and what people see',
    'Guides/Theming',
    'Guides/The supervisor in your app',
    'Guides/Writing a host',
    'Guides/Writing a bundle store',
    'Guides/Testing your integration',
  ])
  const found: string[] = []
  for (const { id, title } of guides) {
    await page.goto(`${book.url}/iframe.html?viewMode=docs&id=${id}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.locator('.sbdocs-content :is(pre, .guide-state)').first().waitFor()
    await page.evaluate(axe.source)
    const violations = await page.evaluate(async () => {
      // reason: the line above put it there
      const { axe: inPage } = window as unknown as { axe: typeof axe }
      const results = await inPage.run('.sbdocs-content', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })
      return results.violations.map(({ id: rule, nodes }) => `${rule}: ${nodes.map(({ html }) => html).join(' ')}`)
    })
    found.push(...violations.map((violation) => `${title}: ${violation}`))
  }
  expect(found).toEqual([])
  expect(outside).toEqual([])
  expect(complaints).toEqual([])
})

test('the theming guide -> a token of the example colours its cards, and the table names every token', async () => {
  await page.goto(`${book.url}/iframe.html?viewMode=docs&id=guides-theming--docs`)
  const bar = page.locator('.sunset [data-state="downloading"]')
  await bar.waitFor()
  expect(await bar.evaluate((element) => getComputedStyle(element).getPropertyValue('--pd-accent'))).toBe('#b4451f')
  expect(await page.getByRole('rowheader', { name: '--pd-accent', exact: true }).count()).toBe(1)
  expect(await page.getByRole('rowheader').count()).toBeGreaterThan(60)
})
