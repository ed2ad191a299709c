import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { buildPlugin, createScriptedOrigin, type ListeningOrigin, publishOn } from '../../src/testing/index.js'
import { chromiumPath, LAUNCH_ARGUMENTS } from '../browser/chromium.js'
import { type PageServer, servePage } from './browserCrash/pageServer.js'

const origin = createScriptedOrigin()
let folder: string
let server: PageServer
let listening: ListeningOrigin
let context: BrowserContext

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugdock-trials-'))
  server = await servePage(folder, join(import.meta.dirname, 'browserTrials'))
  listening = await origin.listen()
})
afterAll(async () => {
  await server.close()
  await listening.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})
beforeEach(async () => {
  const profile = await mkdtemp(join(folder, 'profile-'))
  const args = [...LAUNCH_ARGUMENTS]
  const opened = await chromium.launchPersistentContext(profile, { executablePath: chromiumPath(), args })
  context = opened
  onTestFinished(() => opened.close())
})

/** What the page offers to the test. */
interface App {
  install(manifest: string): Promise<void>
  confirm(): Promise<void>
  activate(): Promise<string>
}

async function openPage(): Promise<Page> {
  const page = await context.newPage()
  await page.goto(server.url)
  await page.waitForFunction(() => 'app' in globalThis)
  return page
}

function activate(page: Page): Promise<string> {
  return page.evaluate(() => (globalThis as unknown as { app: App }).app.activate()) // the page has put it there
}

/** The first version works; the second one is installed, and nobody has run it. */
async function installTwo(): Promise<void> {
  const page = await openPage()
  for (const version of ['1.0.0', '2.0.0']) {
    const bytes = new TextEncoder().encode(`export const version = '${version}'`)
    const manifest = publishOn(origin, await buildPlugin({ version, bytes, chunkLengths: bytes.length }))
    await page.evaluate(
      async ({ url, isFirst }) => {
        const { app } = globalThis as unknown as { app: App } // the page has put it there
        await app.install(url)
        if (isFirst) await app.confirm()
      },
      { url: manifest.replace(origin.url, listening.url), isFirst: version === '1.0.0' },
    )
  }
  await page.close()
}

describe('L4 a page dies while a version is on trial', () => {
  it('its renderer crashes three times -> the version before runs', async () => {
    await installTwo()
    for (let death = 1; death <= 3; death++) {
      const page = await openPage()
      expect(await activate(page)).toBe('2.0.0')
      const crashed = page.waitForEvent('crash')
      const session = await context.newCDPSession(page)
      // nobody is left to answer
      void session.send('Page.crash').catch(() => {})
      await crashed
      await page.close()
    }
    expect(await activate(await openPage())).toBe('1.0.0')
  })
})

describe('L6 a person leaves a page while a version is on trial', () => {
  it.each([
    ['closes the tab', async (page: Page) => page.close()],
    ['reloads it', async (page: Page) => void (await page.reload())],
    ['goes elsewhere', async (page: Page) => void (await page.goto('about:blank'))],
  ])('%s, five times -> nothing is rolled back', async (_, leave) => {
    await installTwo()
    for (let end = 1; end <= 5; end++) {
      const page = await openPage()
      expect(await activate(page)).toBe('2.0.0')
      await leave(page)
      await page.close()
    }
    expect(await activate(await openPage())).toBe('2.0.0')
  })
})
