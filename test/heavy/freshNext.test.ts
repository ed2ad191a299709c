import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createScriptedOrigin } from '../../src/testing/index.js'
import { pack } from '../package/installedPackage.js'
import { buildNextApp, canInstallNext, makeNextApp } from './freshNext/app.js'
import { startNext } from './freshNext/startNext.js'
import { publishPlugin } from './freshVite/app.js'
import { launchChromium } from './launchChromium.js'

const MINUTES = 60_000
const hasRegistry = await canInstallNext()

let folder: string
let app: string

beforeAll(async () => {
  if (!hasRegistry) return
  folder = await realpath(await mkdtemp(join(tmpdir(), 'plugdock-next-')))
  app = join(folder, 'app')
  await makeNextApp(app, await pack(folder))
}, 4 * MINUTES)
afterAll(async () => {
  if (folder) await rm(folder, { recursive: true, force: true })
})

test.runIf(hasRegistry)(
  'the packed tarball in a fresh Next app -> it builds, renders on the server, and its page installs a plugin',
  async () => {
    expect(await buildNextApp(app)).toContain('prerendered as static content')
    const files = createScriptedOrigin()
    const origin = await files.listen()
    const next = await startNext(app)
    const browser = await launchChromium()
    try {
      const html = await (await fetch(next.url)).text()
      expect(html).toContain('Nothing is downloading')
      const page = await browser.newPage()
      const manifest = origin.url + (await publishPlugin(files, folder))
      await page.goto(`${next.url}?manifest=${encodeURIComponent(manifest)}`)
      await page.locator('#answer', { hasText: 'two modules say 42' }).waitFor({ timeout: MINUTES })
      await page.locator('.pd-card[data-state="installed"]').waitFor()
    } finally {
      await browser.close()
      await next.close()
      await origin.close()
    }
  },
  4 * MINUTES,
)
