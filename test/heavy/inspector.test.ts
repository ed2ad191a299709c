import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { InspectorPage } from './inspector/inspectorPage.js'
import { launchChromium } from './launchChromium.js'
import { PlaygroundPage } from './playground/playgroundPage.js'
import { type Demo, startDemo } from './playground/startDemo.js'

/** Set, pictures of the panel are written there. */
const PICTURES = process.env.PLUGDOCK_INSPECTOR_PICTURES
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const WIDE = { width: 1440, height: 900 }
const NARROW = { width: 360, height: 760 }
/** So slow that it is still under way at the end. */
const BYTES_PER_SECOND = 200_000

let demo: Demo
let browser: Browser
let context: BrowserContext
let playground: PlaygroundPage
let panel: InspectorPage
let foreign: string[]

beforeAll(async () => {
  demo = await startDemo('--inspect')
  browser = await launchChromium()
  if (PICTURES) await mkdir(PICTURES, { recursive: true })
})
afterAll(async () => {
  await browser?.close()
  await demo?.close()
})

beforeEach(async () => {
  context = await browser.newContext({ viewport: WIDE })
  onTestFinished(() => context.close())
  foreign = []
  context.on('request', (request) => {
    if (!/^(http|ws):\/\/127\.0\.0\.1:|^(blob|data):/.test(request.url())) foreign.push(request.url())
  })
  playground = new PlaygroundPage(await context.newPage(), demo.url)
  panel = new InspectorPage(await context.newPage(), `${demo.url}inspect/`)
  await playground.open()
  await playground.change({ weather: 'clear', speed: BYTES_PER_SECOND })
})

/** A browser that has to draw, on a machine that others keep busy, takes its time. */
const soon = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 60_000 })

async function picture(name: string): Promise<void> {
  if (PICTURES)
    await panel.page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled', fullPage: true })
}

async function violationsIn(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  ) // reason: what the line above put there
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

test('a download runs, is paused and goes on -> the panel shows who there is, lights its state, and tells what happened', async () => {
  await panel.open()
  for (const name of ['supervisor', 'fleet', 'conditions', 'recorder', 'trials']) await panel.actor(name).waitFor()
  await soon(() => panel.litStates()).toEqual(['idle', 'leader'])
  await playground.press('Charts', 'Install')
  await panel.actor('transfer').waitFor()
  await soon(() => panel.litStates()).toEqual(['busy', 'leader'])
  await picture('inspector-supervisor')

  await panel.choose(/working › downloading$/)
  await soon(() => panel.litStates()).toEqual(['downloading'])
  await picture('inspector')
  await playground.press('Charts', 'Pause')
  await soon(() => panel.litStates()).toEqual(['paused'])
  await panel.filterEvents('download.pause')
  await soon(() => panel.events()).toContainEqual(expect.stringContaining('download.pause'))
  await panel.filterEvents('nothing is called this')
  await soon(() => panel.events()).toEqual([])
  await playground.press('Charts', 'Resume')
  await soon(() => panel.litStates()).toEqual(['downloading'])
  await soon(() => panel.snapshot()).toMatchObject({ status: 'active', value: { working: 'downloading' } })

  expect(foreign).toEqual([])
  expect([...playground.problems, ...panel.problems]).toEqual([])
})

test('either is loaded again, or the panel was there first -> they find each other', async () => {
  await playground.page.close()
  await panel.open()
  await panel.page.getByText('No page is open').waitFor()
  playground = new PlaygroundPage(await context.newPage(), demo.url)
  await playground.open()
  await panel.actor('fleet').waitFor()

  await playground.press('3D scenes', 'Install')
  await panel.actor('transfer').waitFor()
  await panel.page.reload()
  await panel.actor('transfer').waitFor()
  await panel.choose(/working › downloading$/)
  await soon(() => panel.litStates()).toEqual(['downloading'])

  await playground.reload()
  await panel.choose(/working › downloading$/)
  await soon(() => panel.litStates()).toEqual(['downloading'])
  await playground.press('3D scenes', 'Pause')
  await soon(() => panel.litStates()).toEqual(['paused'])
  expect(foreign).toEqual([])
})

test('two pages -> one is chosen, and each shows its own: one leads, the other follows', async () => {
  const second = new PlaygroundPage(await context.newPage(), demo.url)
  await second.open()
  await panel.open()
  const pages = panel.page.getByRole('combobox', { name: 'Page' })
  await pages.waitFor()
  await soon(() => panel.litStates()).toEqual(['idle', 'leader'])
  await pages.selectOption({ index: 1 })
  await soon(() => panel.litStates()).toEqual(['mirroring'])
})

test('light, dark and on a phone -> nothing to complain about, and nothing is wider than the page', async () => {
  await playground.press('PDF viewer', 'Install')
  await panel.open()
  await panel.choose(/working › downloading$/)
  await soon(() => panel.litStates()).toEqual(['downloading'])
  await panel.page.getByText('Snapshot').click()
  expect(await violationsIn(panel.page)).toEqual([])
  // colours that are still on their way from light to dark are nobody's
  await panel.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  expect(await violationsIn(panel.page)).toEqual([])
  await picture('inspector-dark')
  await panel.page.setViewportSize(NARROW)
  expect(await violationsIn(panel.page)).toEqual([])
  expect(await panel.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  await picture('inspector-narrow')
})

test("Stately's inspector is asked for -> it is told of everybody who is there; before, nothing was sent", async () => {
  const stately =
    '<script>window.heard = []; onmessage = (e) => heard.push(e.data); opener.postMessage({ type: "@statelyai.connected" }, "*")</script>'
  await context.route('https://stately.ai/**', (route) => route.fulfill({ contentType: 'text/html', body: stately }))
  await panel.open()
  await panel.actor('fleet').waitFor()
  expect(foreign).toEqual([])
  await panel.page.getByText('Stately’s inspector', { exact: true }).click()
  const opened = context.waitForEvent('page')
  await panel.page.getByRole('button', { name: 'Open in Stately’s inspector' }).click()
  const inspector = await opened
  expect(inspector.url()).toBe('https://stately.ai/inspect')
  const names = () =>
    inspector.evaluate(() =>
      (globalThis as unknown as { heard: readonly { name?: string }[] }).heard.map(({ name }) => name),
    ) // reason: the page above keeps them there
  await soon(names).toEqual(expect.arrayContaining(['fleet', 'recorder', 'conditions']))
  await playground.press('Syntax colours', 'Install')
  const types = () =>
    inspector.evaluate(() =>
      (globalThis as unknown as { heard: readonly { event?: { type: string } }[] }).heard.map(
        ({ event }) => event?.type,
      ),
    ) // reason: the same
  await soon(types).toContain('download.start')
})
