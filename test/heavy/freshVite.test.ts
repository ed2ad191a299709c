import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createScriptedOrigin, type ListeningOrigin } from '../../src/testing/index.js'
import { install } from '../package/installedPackage.js'
import { makeViteApp, publishPlugin } from './freshVite/app.js'
import { type Mode, serveApp } from './freshVite/serveApp.js'
import { launchChromium } from './launchChromium.js'

const MODES: readonly Mode[] = ['dev', 'build', 'preview']

let app: string
let browser: Browser
let origin: ListeningOrigin
let manifest: string

beforeAll(async () => {
  app = await realpath(await mkdtemp(join(tmpdir(), 'plugdock-vite-')))
  await install(app)
  await makeViteApp(app)
  const files = createScriptedOrigin()
  origin = await files.listen()
  manifest = origin.url + (await publishPlugin(files, app))
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await origin?.close()
  await rm(app, { recursive: true, force: true })
})

test.each(MODES)('the packed tarball in a fresh Vite app, %s -> a page installs a plugin and runs it', async (mode) => {
  const served = await serveApp(app, mode)
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    await page.goto(`${served.url}?manifest=${encodeURIComponent(manifest)}`)
    const card = page.locator('.pd-card[data-state="installed"]')
    await card.waitFor({ timeout: 60_000 }).catch((cause: unknown) => {
      throw new Error(`Nothing was installed: ${problems.join('; ')}`, { cause })
    })
    // loading and importing come after the installation
    await page.locator('#answer:not(:empty)').waitFor({ timeout: 60_000 })
    expect(await page.locator('#answer').innerText()).toBe('two modules say 42')
    expect(await card.evaluate((element) => getComputedStyle(element).display)).toBe('grid')
    expect(problems).toEqual([])
  } finally {
    await context.close()
    await served.close()
  }
})
