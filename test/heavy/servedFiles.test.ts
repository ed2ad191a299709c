import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createScriptedOrigin, type ListeningOrigin, type ScriptedOrigin } from '../../src/testing/index.js'
import { chromiumPath, LAUNCH_ARGUMENTS } from '../browser/chromium.js'
import { type PageServer, servePage } from './browserCrash/pageServer.js'
import { buildServiceWorker } from './servedFiles/buildServiceWorker.js'
import { publishServed, type ServedPlugin } from './servedFiles/plugin.js'

const ROOT = join(import.meta.dirname, 'servedFiles')
const RED = [255, 0, 0, 255]

let folder: string
let server: PageServer
let browser: Browser
let origin: ScriptedOrigin
let listening: ListeningOrigin
let context: BrowserContext

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugdock-served-'))
  server = await servePage(folder, ROOT)
  await buildServiceWorker(ROOT, join(folder, 'page'))
  browser = await chromium.launch({ executablePath: chromiumPath(), args: [...LAUNCH_ARGUMENTS] })
})
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})
beforeEach(async () => {
  origin = createScriptedOrigin()
  listening = await origin.listen()
  context = await browser.newContext()
})
afterEach(async () => {
  await context.close()
  await listening.close()
})

/** Calls what the page offers. */
async function call<T>(page: Page, name: string, ...args: unknown[]): Promise<T> {
  return page.evaluate(
    ([name, args]) => (globalThis as unknown as { app: Record<string, (...all: unknown[]) => T> }).app[name]?.(...args), // the page has put it there
    [name, args] as const,
  ) as Promise<T> // the page answers what its caller knows
}

async function openPage(isServed = true): Promise<Page> {
  const page = await context.newPage()
  await page.goto(server.url)
  await page.waitForFunction(() => 'app' in globalThis)
  if (isServed) await call(page, 'serve')
  return page
}

/** A page that the service worker controls, with a dock that has the plugin. */
async function openInstalled(): Promise<{ page: Page; plugin: ServedPlugin; address: string }> {
  const page = await openPage()
  await call(page, 'open')
  const plugin = await publishServed(origin)
  const address = await install(page, plugin)
  return { page, plugin, address }
}

function install(page: Page, { manifestUrl }: ServedPlugin): Promise<string> {
  return call(page, 'install', manifestUrl.replace(origin.url, listening.url))
}

/** The colour in the middle of the first box. */
async function colorOf(page: Page): Promise<number[]> {
  const screenshot = (await page.locator('.box').screenshot()).toString('base64')
  return page.evaluate(async (png) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob())
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d')
    canvas?.drawImage(image, 0, 0)
    return [...(canvas?.getImageData(20, 20, 1, 1).data ?? [])]
  }, screenshot)
}

describe('a plugin of many files, served by the service worker of the app', () => {
  it('modules in a circle, shared names, JSON, CSS with an image, WASM, a worker -> it renders', async () => {
    const { page, address } = await openInstalled()
    expect(await call(page, 'render')).toEqual({
      ink: 'navy',
      isCycleClosed: true,
      greeting: 'hello',
      sum: 5,
      worker: 'from a worker',
      lazy: 'navy 1.0.0',
      isSharedOnce: true,
      color: 'rgb(1, 2, 3)',
      url: `/plugdock/plugdock/acme.charts/${address}/index.js`,
      drawn: 24,
      isOneInstance: true,
    })
    expect(await colorOf(page)).toEqual(RED)
  })
})
