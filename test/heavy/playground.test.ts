import type { Browser, BrowserContext } from 'playwright'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { launchChromium } from './launchChromium.js'
import { PlaygroundPage } from './playground/playgroundPage.js'
import { type Demo, startDemo } from './playground/startDemo.js'

const WIDE = { width: 1440, height: 860 }
const SMALLEST = { width: 320, height: 640 }
const TWO_MEGABYTES = 2_000_000

let demo: Demo
let browser: Browser
let context: BrowserContext
let playground: PlaygroundPage

beforeAll(async () => {
  const started = performance.now()
  demo = await startDemo()
  expect(performance.now() - started, 'milliseconds until the URL is printed').toBeLessThan(60_000)
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await demo?.close()
})

beforeEach(async () => {
  context = await browser.newContext({ viewport: WIDE })
  onTestFinished(() => context.close())
  playground = new PlaygroundPage(await context.newPage(), demo.url)
  await playground.open()
  await playground.change({ weather: 'clear', speed: TWO_MEGABYTES })
})

test('cut, damaged and turned away while it comes -> installed all the same, and the PDF is drawn by its worker', async () => {
  const { page } = playground
  await playground.press('PDF viewer', 'Install')
  await playground.percent('PDF viewer', 10)
  await playground.change({ strike: 'cut' })
  await playground.percent('PDF viewer', 35)
  await playground.change({ strike: 'damage' })
  await playground.percent('PDF viewer', 60)
  await playground.change({ weather: 'busy' })
  await playground.until('PDF viewer', 'retrying')
  await playground.goTo('Faults')
  await page.getByText('Server busy (503) is on.').waitFor()
  await page.getByRole('button', { name: 'All back to normal' }).click()
  await page.getByText('Nothing is broken now.').waitFor()
  await playground.goTo('Library')
  await playground.untilInstalled('PDF viewer')
  const place = await playground.run('PDF viewer')
  await expect.poll(() => playground.coloursOf(place.locator('canvas'))).toBeGreaterThan(5)
  await place.getByRole('button', { name: 'Forward' }).click()
  await place.getByText('Page 2 of 2').waitFor()
  expect(playground.problems).toEqual([])
})

test('limited data -> a big download asks; yes -> it comes', async () => {
  await playground.goTo('Faults')
  await playground.switch('Limited data').click()
  await playground.page.getByText('Limited data is on.').waitFor()
  await playground.goTo('Library')
  await playground.press('Charts', 'Install')
  await playground.until('Charts', 'awaitingConsent')
  const aside = playground.page.getByRole('complementary', { name: 'Downloads' })
  await aside.getByRole('button', { name: /^Download 13/ }).click()
  await playground.untilInstalled('Charts')
  expect(playground.problems).toEqual([])
})

test('three modules of a package -> the cube turns; removed -> it can be installed again', async () => {
  await playground.change({ speed: null })
  await playground.press('3D scenes', 'Install')
  await playground.untilInstalled('3D scenes')
  const canvas = (await playground.run('3D scenes')).locator('canvas')
  const first = await canvas.screenshot()
  await expect.poll(async () => first.equals(await canvas.screenshot())).toBe(false)
  await playground.press('3D scenes', 'Close')
  await playground.remove('3D scenes')
  expect(playground.problems).toEqual([])
})

test('an update went back, and the plugin was removed and installed again -> the next broken update goes back as well', async () => {
  const { page } = playground
  await playground.change({ speed: null, brokenVersion: null })
  for (const round of ['first', 'again']) {
    await playground.press('Charts', 'Install')
    await playground.untilInstalled('Charts')
    await playground.run('Charts')
    await playground.goTo('Faults')
    await page.getByRole('button', { name: 'Publish a broken update' }).click()
    const row = page.getByRole('region', { name: 'Plugins', exact: true }).getByRole('article', { name: 'Charts' })
    await row
      .getByText(/Skipped until/)
      .first()
      .waitFor()
    await playground.change({ brokenVersion: null })
    if (round === 'again') break
    await playground.goTo('Library')
    // nobody uses it any more
    await playground.reload()
    await playground.remove('Charts')
  }
  expect(playground.problems).toEqual([])
})

test('an earlier playground kept something else -> the first steps begin; another tab is made dark -> this one is as well', async () => {
  const { page } = playground
  const kept = JSON.stringify({ theme: 'light', density: 'comfortable', language: 'en', tourStep: 2 })
  await page.evaluate((text) => localStorage.setItem('plugdock-playground', text), kept)
  await playground.reload()
  await page.getByRole('region', { name: 'First steps, 1 of 4' }).waitFor()
  const second = new PlaygroundPage(await context.newPage(), demo.url)
  await second.open('#settings')
  await second.page.getByRole('radio', { name: 'Dark' }).check()
  await page.locator('html[data-pd-theme="dark"]').waitFor()
  await page.getByRole('button', { name: 'Skip' }).click()
  await second.page.getByRole('radio', { name: 'Compact' }).check()
  await playground.reload()
  expect(await page.getByRole('region', { name: /First steps/ }).count()).toBe(0)
  expect([...playground.problems, ...second.problems]).toEqual([])
})

test('the small ones -> each runs', async () => {
  await playground.change({ speed: null })
  const expected = { Markdown: 'h1', 'Syntax colours': '.hljs-keyword', Diagrams: 'circle' }
  for (const [title, selector] of Object.entries(expected)) {
    await playground.press(title, 'Install')
    await playground.untilInstalled(title)
    await (await playground.run(title)).locator(selector).first().waitFor()
  }
  expect(playground.problems).toEqual([])
})

test('a second tab -> shows the same, and what is asked for there is done; the first closes -> it goes on', async () => {
  const second = new PlaygroundPage(await context.newPage(), demo.url)
  await second.open()
  await second.press('Charts', 'Install')
  await playground.percent('Charts', 5)
  await second.percent('Charts', 5)
  await second.press('Charts', 'Pause')
  await playground.until('Charts', 'paused')
  await second.press('Charts', 'Resume')
  await playground.percent('Charts', 10)
  await playground.page.close()
  await second.untilInstalled('Charts')
  expect(second.problems).toEqual([])
})

test('320 px wide, in English and in German from right to left -> every page fits', async () => {
  const { page } = playground
  await page.setViewportSize(SMALLEST)
  await playground.press('Charts', 'Install')
  await playground.percent('Charts', 10)
  for (const direction of ['ltr', 'rtl']) {
    for (const name of ['library', 'downloads', 'settings', 'faults']) {
      await playground.open(`#${name}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      expect(await playground.isOverflowing(), `${name}, ${direction}`).toBe(false)
    }
    await playground.open('#settings')
    await page.getByRole('radio', { name: 'Deutsch' }).check()
    await page.getByRole('radio', { name: 'Von rechts nach links' }).check()
  }
  await page.getByRole('heading', { level: 1, name: 'Einstellungen' }).waitFor()
})
