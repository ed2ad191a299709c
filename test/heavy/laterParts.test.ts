import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { buildPlugin, createScriptedOrigin, type ListeningOrigin, publishOn } from '../../src/testing/index.js'
import { type PageServer, servePage } from './browserCrash/pageServer.js'
import { launchChromium } from './launchChromium.js'

let folder: string
let server: PageServer
let browser: Browser
let origin: ListeningOrigin
let manifest: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugdock-parts-'))
  server = await servePage(folder, join(import.meta.dirname, 'laterParts'))
  browser = await launchChromium()
  const files = createScriptedOrigin()
  origin = await files.listen()
  const bytes = new TextEncoder().encode('export const version = "it runs"')
  const plugin = await buildPlugin({ bytes })
  manifest = origin.url + new URL(publishOn(files, plugin)).pathname
})
afterAll(async () => {
  await browser?.close()
  await origin?.close()
  await server?.close()
  await rm(folder, { recursive: true, force: true })
})

/** A page that never has time for more, until it is told that it has. */
async function openPage() {
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  await context.addInitScript(() => {
    const idle: (() => void)[] = []
    Object.assign(globalThis, {
      requestIdleCallback: (work: () => void) => idle.push(work),
      beIdle: () => {
        for (const work of idle.splice(0)) work()
      },
    })
  })
  const page = await context.newPage()
  const scripts: string[] = []
  page.on('requestfinished', (request) => {
    if (request.url().startsWith(server.url) && request.url().endsWith('.js')) scripts.push(request.url())
  })
  await page.goto(server.url)
  await page.evaluate('app.open()')
  return { page, scripts }
}

const run = (page: Page): Promise<unknown> => page.evaluate('app.run()')
const call = (page: Page, name: string, argument: string): Promise<string> =>
  page.evaluate(`app.${name}(${JSON.stringify(argument)})`)

test('no code comes any more -> the download waits and running is refused, both with typed errors, until code comes', async () => {
  const { page } = await openPage()
  await page.route(/assets\/.*\.js$/, (route) => route.abort())
  const taskId = await call(page, 'start', manifest)
  await page.waitForFunction(`app.state(${JSON.stringify(taskId)}).then((state) => state === 'retrying')`)
  expect(await run(page)).toBe('network')
  await page.unroute(/assets\/.*\.js$/)
  expect(await call(page, 'finished', taskId)).toBe('1.0.0')
  expect(await run(page)).toBe('it runs')
})

test('the page had time, then the network is gone -> what is installed runs', async () => {
  const { page, scripts } = await openPage()
  await call(page, 'finished', await call(page, 'start', manifest))
  const before = scripts.length
  await page.evaluate('beIdle()')
  await expect
    .poll(() => scripts.some((url) => /running-/.test(url)) && scripts.some((url) => /judging-/.test(url)))
    .toBe(true)
  expect(scripts.length).toBeGreaterThan(before)
  await page.context().setOffline(true)
  expect(await run(page)).toBe('it runs')
})
