import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createScriptedOrigin, type ListeningOrigin, type ScriptedOrigin } from '../../src/testing/index.js'
import { chromiumPath, LAUNCH_ARGUMENTS } from '../browser/chromium.js'
import { type PageServer, servePage } from './browserCrash/pageServer.js'
import { buildServiceWorker } from './servedFiles/buildServiceWorker.js'
import { publishServed, type ServedPlugin, SVG } from './servedFiles/plugin.js'
import { serveIsolated } from './servedFiles/serveIsolated.js'

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

async function openPage({ isServed = true, url = server.url } = {}): Promise<Page> {
  const page = await context.newPage()
  const failed = new Promise<never>((_, reject) => page.once('pageerror', reject))
  failed.catch(() => {})
  await page.goto(url)
  await Promise.race([failed, page.waitForFunction(() => 'app' in globalThis)])
  if (isServed) await call(page, 'serve')
  return page
}

/** A page that the service worker controls, with a dock that has the plugin. */
async function openInstalled(url = server.url): Promise<{ page: Page; plugin: ServedPlugin; address: string }> {
  const page = await openPage({ url })
  await call(page, 'open')
  const plugin = await publishServed(origin)
  const address = await install(page, plugin)
  return { page, plugin, address }
}

/** The same page again, with nothing in memory. */
async function restart(page: Page): Promise<void> {
  await page.reload()
  await page.waitForFunction(() => 'app' in globalThis)
  await call(page, 'open')
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

/** What the page reads of an answer. */
interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** A request of the page's for a file. */
async function get(page: Page, path: string, init?: object): Promise<Got> {
  return call(page, 'get', await call(page, 'urlOf', path), init)
}

describe('a plugin of many files, served by the service worker of the app', () => {
  it('modules in a circle, shared names, JSON, CSS with an image, WASM, a worker -> it renders', async () => {
    const { page, address } = await openInstalled()
    expect(await call(page, 'render')).toEqual(rendered(address))
    expect(await colorOf(page)).toEqual(RED)
  })

  it('the page is cross-origin isolated -> it renders', async () => {
    const isolated = await serveIsolated(server.url)
    onTestFinished(() => isolated.close())
    const { page, address } = await openInstalled(isolated.url)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    expect(await call(page, 'render')).toEqual(rendered(address))
    expect(await colorOf(page)).toEqual(RED)
  })

  it('nothing controls the page, then something does -> told, and used from then on', async () => {
    const page = await openPage({ isServed: false })
    expect(await call(page, 'open')).toMatchObject({ servedFiles: false })
    await install(page, await publishServed(origin))
    expect(await call(page, 'urlOf', 'data/words.json')).toMatch(/^blob:/)
    await call(page, 'serve')
    await page.waitForFunction(() => (globalThis as unknown as { app: { isServed(): boolean } }).app.isServed()) // the page has put it there
    expect(await call(page, 'urlOf', 'style.css')).toMatch(/^http:/)
  })

  it('the browser ends the service worker when it likes -> the next request starts it again', async () => {
    const { page } = await openInstalled()
    const session = await context.newCDPSession(page)
    await session.send('ServiceWorker.enable')
    for (const path of ['style.css', 'data/words.json', 'style.css']) {
      expect(await get(page, path)).toMatchObject({ status: 200 })
      await session.send('ServiceWorker.stopAllWorkers')
    }
  })

  it('a name that only an encoded URL can spell -> found under it', async () => {
    const { page } = await openInstalled()
    expect(await get(page, 'odd #1 ä%/na me.txt')).toMatchObject({ status: 200, text: 'found' })
  })

  it('the dock is closed -> what runs goes on importing', async () => {
    const { page } = await openInstalled()
    await call(page, 'render')
    const url = await call<string>(page, 'urlOf', 'lib/c.js')
    await call(page, 'close')
    expect(await call(page, 'wordOf', url)).toBe('from a worker')
  })

  it('a person opens a page of the plugin -> shown, and no script of it runs', async () => {
    const { page } = await openInstalled()
    const url = await call<string>(page, 'urlOf', 'page.html')
    const other = await context.newPage()
    const answer = await other.goto(url)
    expect(answer?.status()).toBe(200)
    expect(await other.title()).toBe('quiet')
  })
})

describe('a byte of a served file is flipped on the disk', () => {
  it.each([
    ['an image', 'img/drawing.svg', '<rect'],
    ['a module', 'lib/b.js', 'n !== 0'],
    ['the directory of the archive', 'style.css', 'PK\x01\x02'],
  ])('%s, its source is there -> repaired, right bytes', async (_, path, content) => {
    const { page, plugin, address } = await openInstalled()
    const sound = await get(page, path)
    await restart(page)
    await call(page, 'flip', address, plugin.offsetOf(content) + 2)
    expect(await get(page, path)).toEqual(sound)
    expect(await call(page, 'render')).toEqual(rendered(address))
  })

  it('found by a request alone, its source is there -> an open page repairs it, and the request is answered', async () => {
    const { page, plugin, address } = await openInstalled()
    const url = await call<string>(page, 'urlOf', 'img/drawing.svg')
    await call(page, 'flip', address, plugin.offsetOf('<rect') + 2)
    origin.forgetRequests()
    expect(await call(page, 'get', url)).toMatchObject({ status: 200, text: SVG })
    expect(origin.requests.map(({ path }) => path)).toContain(plugin.bundlePath)
  })

  it('its source is gone -> refused, and never a wrong byte', async () => {
    const { page, plugin, address } = await openInstalled()
    const url = await call<string>(page, 'urlOf', 'img/drawing.svg')
    await call(page, 'flip', address, plugin.offsetOf('<rect') + 2)
    origin.remove(plugin.bundlePath)
    const refused = await call<Got>(page, 'get', url)
    expect(refused).toMatchObject({ status: 502, headers: { 'x-plugdock-error': 'corrupt' } })
    expect(refused.text).not.toContain('svg')
    expect(await get(page, 'index.js')).toMatchObject({ status: 200 })
  })

  it('in a module, and its source is gone -> the import is corrupt, and nothing ran', async () => {
    const { page, plugin, address } = await openInstalled()
    await call(page, 'flip', address, plugin.offsetOf('n !== 0') + 2)
    origin.remove(plugin.bundlePath)
    await expect(call(page, 'render')).rejects.toThrow(/damaged/)
  })

  it('in a module, and nobody has read it before its URL is imported -> repaired, and the right code runs', async () => {
    const { page, plugin, address } = await openInstalled()
    const url = await call<string>(page, 'urlOf', 'lib/b.js')
    await call(page, 'flip', address, plugin.offsetOf('n !== 0') + 2)
    expect(await call(page, 'callOf', url, 'odd', 9)).toBe(true)
  })
})

describe('a page was handed URLs', () => {
  it('another page deletes the plugin -> they stay good until the first page goes away, then the bytes go', async () => {
    const { page, address } = await openInstalled()
    const url = await call<string>(page, 'urlOf', 'style.css')
    const other = await openPage()
    await call(page, 'remove')
    expect(await call(page, 'get', url)).toMatchObject({ status: 200, text: expect.stringContaining('.box') })
    expect(await call(other, 'get', url)).toMatchObject({ status: 404 })
    expect(await call(page, 'files')).toEqual([address])
    await page.close()
    await call(other, 'open')
    await other.waitForFunction(async () => {
      const { app } = globalThis as unknown as { app: { files(): Promise<string[]> } } // the page has put it there
      return (await app.files()).length === 0
    })
  })

  it('it follows, and the leading page deletes or evicts the plugin -> its URLs stay good', async () => {
    const { page, address } = await openInstalled()
    const other = await openPage()
    expect(await call(other, 'open')).toMatchObject({ servedFiles: true })
    expect(await call(other, 'render')).toEqual(rendered(address))
    expect(await call(page, 'evict')).toMatchObject({ items: [] })
    await call(page, 'remove')
    const late = `/plugdock/plugdock/acme.charts/${address}/lib/c.js`
    expect(await call(other, 'wordOf', late)).toBe('from a worker')
    expect(await call(page, 'get', late)).toMatchObject({ status: 404 })
  })

  it('it follows, and a byte is flipped -> the leading page repairs it for it', async () => {
    const { plugin, address } = await openInstalled()
    const other = await openPage()
    await call(other, 'open')
    const url = await call<string>(other, 'urlOf', 'img/drawing.svg')
    await call(other, 'flip', address, plugin.offsetOf('<rect') + 2)
    expect(await call(other, 'get', url)).toMatchObject({ status: 200, text: SVG })
  })

  it('it is updated twice -> the page goes on with the version it has, and its modules', async () => {
    const { page, address } = await openInstalled()
    await call(page, 'render')
    await call(page, 'confirm')
    for (const version of ['2.0.0', '3.0.0']) await install(page, await publishServed(origin, version))
    const former = `/plugdock/plugdock/acme.charts/${address}/lib/c.js`
    expect(await call(page, 'wordOf', former)).toBe('from a worker')
  })
})

function rendered(address: string): object {
  return {
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
  }
}
