import type { Browser, BrowserContext } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { launchChromium } from './launchChromium.js'
import { type PageName, PlaygroundPage } from './playground/playgroundPage.js'
import { type Demo, startDemo } from './playground/startDemo.js'

/** Where the picture of the README is to be written, where that is wanted. */
const PICTURE = process.env.PLUGDOCK_PICTURE
const WIDE = { width: 1280, height: 860 }
const PHONE = { width: 360, height: 760 }
const PAGES: readonly PageName[] = ['Library', 'Downloads', 'Settings', 'Faults']
const FAST = 4_000_000
/** Of the bundle, roughly. */
const CHARTS_BYTES = 13_500_000
/** What may be under way when it is interrupted, a chunk on each connection, and what a whole percent hides. */
const UNDER_WAY_BYTES = 0.05 * CHARTS_BYTES

/** What may be asked for where so much is there. */
function missing(percent: number): number {
  return CHARTS_BYTES * (1 - percent / 100) + UNDER_WAY_BYTES
}

let demo: Demo
let browser: Browser

beforeAll(async () => {
  demo = await startDemo()
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await demo?.close()
})

async function open(viewport: { width: number; height: number }, colorScheme: 'light' | 'dark' = 'light') {
  const context: BrowserContext = await browser.newContext({ viewport, colorScheme })
  onTestFinished(() => context.close())
  const playground = new PlaygroundPage(await context.newPage(), demo.url)
  await playground.open()
  await playground.change({ weather: 'clear', speed: FAST, brokenVersion: null })
  return playground
}

/** The step that the bar at the top of the library shows. */
async function untilStep(playground: PlaygroundPage, number: number, text: RegExp): Promise<void> {
  const bar = playground.page.getByRole('region', { name: `First steps, ${number} of 4` })
  await bar.getByText(text).waitFor()
}

async function fillAndChoose(playground: PlaygroundPage, title: string): Promise<void> {
  const { page } = playground
  await page.getByRole('button', { name: 'Fill the storage' }).click()
  await page.getByText('next to no room left').waitFor()
  await playground.press(title, 'Install')
  await playground.press(title, 'Free up space')
  const dialog = page.getByRole('dialog', { name: new RegExp(`for ${title}`) })
  const choice = dialog.getByRole('checkbox', { name: /Space filler/ })
  await dialog.getByRole('button', { name: /^Select .* more/ }).waitFor()
  await choice.check()
  await dialog.getByRole('button', { name: /^Remove .* and continue/ }).click()
  await dialog.waitFor({ state: 'hidden' })
  await playground.untilInstalled(title)
}

async function publishAndSeeItGoBack(playground: PlaygroundPage): Promise<void> {
  const { page } = playground
  await page.getByRole('button', { name: 'Publish it' }).click()
  await page.getByText(/Charts is back on 6\.1\.0/).waitFor()
  await untilStep(playground, 4, /your version kept working/)
  const place = await playground.place('Charts')
  await expect.poll(() => playground.coloursOf(place.locator('canvas').first())).toBeGreaterThan(5)
}

async function expectNoBarriers(playground: PlaygroundPage): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await playground.page.emulateMedia({ colorScheme })
    for (const name of PAGES) {
      await playground.goTo(name)
      expect(await playground.barriers(), `${name}, ${colorScheme}`).toEqual([])
      expect(await playground.isOverflowing(), `${name}, ${colorScheme}`).toBe(false)
    }
  }
}

test('install, pause, reload, resume, offline, storage full, free space, run, broken update -> rolled back', async () => {
  const playground = await open(WIDE)
  const { page } = playground
  await untilStep(playground, 1, /Press Install on Charts/)
  await page.getByRole('button', { name: 'Install Charts', exact: true }).first().click()
  await playground.percent('Charts', 15)
  await playground.press('Charts', 'Pause')
  await playground.until('Charts', 'paused')
  const paused = await playground.percent('Charts')
  await playground.reload()
  await playground.until('Charts', 'paused')
  // chunks that had come by then are stored while it is paused already
  const kept = await playground.percent('Charts', paused)
  const firstAsked = await playground.requestCount()
  await playground.press('Charts', 'Resume')
  const gone = await playground.percent('Charts', Math.min(90, kept + 10))
  const laterAsked = await playground.requestCount()
  await playground.reload()
  await playground.untilInstalled('Charts')
  const asked = await playground.bytesAsked('charts', firstAsked)
  expect(asked).toBeLessThan(missing(kept))
  expect(asked).toBeGreaterThan(missing(kept) - 2 * UNDER_WAY_BYTES)
  expect(await playground.bytesAsked('charts', laterAsked)).toBeLessThan(missing(gone))

  await untilStep(playground, 1, /every byte is checked again/)
  const place = await playground.run('Charts')
  await expect.poll(() => playground.coloursOf(place.locator('canvas').first())).toBeGreaterThan(5)

  await untilStep(playground, 2, /pull the plug/)
  await playground.change({ speed: 1_000_000 })
  await playground.press('PDF viewer', 'Install')
  await playground.percent('PDF viewer', 10)
  if (PICTURE) await page.screenshot({ path: PICTURE, animations: 'disabled' })
  await playground.goTo('Faults')
  await playground.switch('Offline').click()
  await page.getByText('Offline is on.').waitFor()
  await page.getByText("You're offline.").first().waitFor()
  expect(await playground.barriers(), 'Faults, offline').toEqual([])
  await playground.goTo('Library')
  await playground.until('PDF viewer', 'awaitingNetwork')
  const before = await playground.percent('PDF viewer')
  await page.getByRole('button', { name: 'Go online' }).click()
  await untilStep(playground, 3, /You choose what goes/)
  expect(await playground.percent('PDF viewer')).toBeGreaterThanOrEqual(before)
  await playground.change({ speed: FAST })
  await playground.untilInstalled('PDF viewer')

  await fillAndChoose(playground, '3D scenes')
  await untilStep(playground, 4, /will not start/)
  await publishAndSeeItGoBack(playground)
  const versions = page.getByRole('article', { name: 'Charts', exact: true }).getByText(/Skipped until/)
  await versions.first().waitFor()
  await expectNoBarriers(playground)
  await playground.goTo('Downloads')
  await page.getByText('Back on 6.1.0').first().waitFor()
  expect(playground.problems).toEqual([])
}, 240_000)

test('on a phone: install, fill, choose, broken update -> rolled back; every page fits', async () => {
  const playground = await open(PHONE)
  const { page } = playground
  await page.getByRole('button', { name: 'Install Charts', exact: true }).first().click()
  await page.getByRole('link', { name: /1 download/ }).waitFor()
  await playground.untilInstalled('Charts')
  await playground.run('Charts')
  await untilStep(playground, 2, /pull the plug/)
  await playground.press('PDF viewer', 'Install')
  await playground.percent('PDF viewer', 5)
  await playground.reload()
  await untilStep(playground, 3, /You choose what goes/)
  await playground.untilInstalled('PDF viewer')
  await fillAndChoose(playground, '3D scenes')
  await publishAndSeeItGoBack(playground)
  await expectNoBarriers(playground)
  expect(playground.problems).toEqual([])
}, 240_000)
