import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext } from 'playwright'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { launchChromium } from './launchChromium.js'
import { PlaygroundPage } from './playground/playgroundPage.js'
import { type Demo, startDemo } from './playground/startDemo.js'

/** Set, the pictures are written to `docs`; else nobody sees them. */
const PICTURES = process.env.PLUGDOCK_PICTURES
const DOCS = join(import.meta.dirname, '../../docs')
const WIDE = { width: 1440, height: 860 }
const NARROW = { width: 360, height: 760 }
const TWO_MEGABYTES = 2_000_000
/** Of the bundle, roughly. */
const CHARTS_BYTES = 13_200_000

let demo: Demo
let browser: Browser
let context: BrowserContext
let playground: PlaygroundPage
let pictures: string

beforeAll(async () => {
  pictures = PICTURES ? DOCS : await mkdtemp(join(tmpdir(), 'plugdock-pictures-'))
  await mkdir(pictures, { recursive: true })
  const started = performance.now()
  demo = await startDemo()
  expect(performance.now() - started, 'milliseconds until the URL is printed').toBeLessThan(60_000)
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await demo?.close()
  if (!PICTURES) await rm(pictures, { recursive: true, force: true })
})

beforeEach(async () => {
  context = await browser.newContext({ viewport: WIDE })
  onTestFinished(() => context.close())
  playground = new PlaygroundPage(await context.newPage(), demo.url)
  await playground.open()
  await playground.change({ weather: 'clear', speed: TWO_MEGABYTES })
})

async function picture(name: string): Promise<void> {
  await playground.page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' })
}

test('install, pause, reload, resume, reload again -> goes on by itself, nothing twice; then it runs', async () => {
  await picture('playground-first')
  await playground.press('charts', 'Install')
  await playground.percent('charts', 20)
  await picture('playground-downloading')
  await playground.press('charts', 'Pause')
  await playground.until('charts', 'paused')
  const paused = await playground.percent('charts')
  await playground.reload()
  await playground.until('charts', 'paused')
  expect(await playground.percent('charts')).toBe(paused)
  await picture('playground-paused')
  await playground.press('charts', 'Resume')
  await playground.percent('charts', paused + 15)
  await playground.reload()
  await playground.until('charts', 'downloading')
  await playground.until('charts', 'installed')
  expect(await playground.bytesSent('charts')).toBeLessThan(1.1 * CHARTS_BYTES)

  const canvas = (await playground.run('charts')).locator('canvas')
  await expect.poll(() => playground.coloursOf(canvas)).toBeGreaterThan(5)
  for (const name of ['scenes', 'pdf'] as const) await playground.press(name, 'Install')
  await playground.percent('pdf', 30)
  await picture('playground')
  await playground.page.emulateMedia({ colorScheme: 'dark' })
  await playground.page.locator('[data-running="true"] canvas').waitFor()
  await playground.percent('pdf', 45)
  await picture('playground-dark')
  expect(playground.problems).toEqual([])
})

test('cut, damaged and turned away while it comes -> installed all the same, and the PDF is drawn by its worker', async () => {
  await playground.press('pdf', 'Install')
  await playground.percent('pdf', 10)
  await playground.change({ strike: 'cut' })
  await playground.percent('pdf', 35)
  await playground.change({ strike: 'damage' })
  await playground.percent('pdf', 60)
  await playground.change({ weather: 'busy' })
  await playground.until('pdf', 'retrying')
  await playground.page.getByRole('link', { name: 'Faults' }).first().click()
  await playground.page.locator('[data-banner="weather"]').waitFor()
  await picture('playground-faults')
  await playground.page.getByRole('button', { name: 'Back to normal' }).click()
  await playground.page.getByRole('link', { name: 'Library' }).first().click()
  await playground.until('pdf', 'installed')
  const place = await playground.run('pdf')
  await expect.poll(() => playground.coloursOf(place.locator('canvas'))).toBeGreaterThan(5)
  await place.getByRole('button', { name: 'Forward' }).click()
  await place.getByText('Page 2 of 2').waitFor()
  await picture('playground-pdf')
  expect(playground.problems).toEqual([])
})

test('three modules of a package -> the cube turns; deleted -> it can be installed again', async () => {
  await playground.change({ speed: null })
  await playground.press('scenes', 'Install')
  await playground.until('scenes', 'installed')
  const canvas = (await playground.run('scenes')).locator('canvas')
  const first = await canvas.screenshot()
  await expect.poll(async () => first.equals(await canvas.screenshot())).toBe(false)
  await picture('playground-scene')
  await playground.press('scenes', 'Delete')
  await playground.until('scenes', 'available')
  expect(await playground.page.locator('[data-stage]').count()).toBe(0)
  expect(playground.problems).toEqual([])
})

test('the small ones -> each runs', async () => {
  await playground.change({ speed: null })
  const expected = { markdown: 'h1', code: '.hljs-keyword', diagrams: 'circle' } as const
  for (const [name, selector] of Object.entries(expected) as [keyof typeof expected, string][]) {
    // reason: its own keys
    await playground.press(name, 'Install')
    await playground.until(name, 'installed')
    await (await playground.run(name)).locator(selector).first().waitFor()
    await picture(`playground-${name}`)
  }
  expect(playground.problems).toEqual([])
})

test('a second tab -> shows the same, and what is asked for there is done; the first closes -> it goes on', async () => {
  const second = new PlaygroundPage(await context.newPage(), demo.url)
  await second.open()
  await second.press('charts', 'Install')
  await playground.percent('charts', 5)
  await second.percent('charts', 5)
  await second.press('charts', 'Pause')
  await playground.until('charts', 'paused')
  await second.press('charts', 'Resume')
  await playground.percent('charts', 10)
  await playground.page.close()
  await second.until('charts', 'installed')
  expect(second.problems).toEqual([])
})

test('360 px wide -> every page fits', async () => {
  await playground.page.setViewportSize(NARROW)
  await playground.press('charts', 'Install')
  await playground.percent('charts', 30)
  await picture('playground-narrow')
  for (const page of ['library', 'downloads', 'settings', 'faults']) {
    await playground.open(`#${page}`)
    expect(await playground.isOverflowing(), page).toBe(false)
  }
})
