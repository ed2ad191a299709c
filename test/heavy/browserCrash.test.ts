import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildPlugin, createScriptedOrigin, type ListeningOrigin, publishOn } from '../../src/testing/index.js'
import { KillableBrowser } from './browserCrash/killableBrowser.js'
import { type PageServer, servePage } from './browserCrash/pageServer.js'

const SIZE = 100_000_000
const CHUNK = 128 * 1024
const KILLS = 10
/** What a killed client leaves in the sockets' buffers: sent, and read by nobody. */
const SOCKET_BUFFERS = 6 * 1024 * 1024
const BYTES_PER_SECOND = 20_000_000
const LATEST_KILL_MS = 800
const BUNDLE = '/acme.charts/acme.charts-1.0.0.bin'

let folder: string
let page: PageServer
let listening: ListeningOrigin
const origin = createScriptedOrigin()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugdock-crash-'))
  page = await servePage(folder)
  listening = await origin.listen()
})
afterAll(async () => {
  await page.close()
  await listening.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

it('the browser is killed ten times while it installs 100 MB -> byte-identical, nothing fetched twice but what was lost', async () => {
  const plugin = await buildPlugin({ size: SIZE, chunkLengths: CHUNK })
  const manifest = publishOn(origin, plugin).replace(origin.url, listening.url)
  origin.limitBytesPerSecond = BYTES_PER_SECOND
  const launch = () =>
    new KillableBrowser(join(folder, 'profile'), `${page.url}/?manifest=${encodeURIComponent(manifest)}`)

  for (let kill = 0; kill < KILLS; kill++) {
    // once all bytes are there nothing is asked any more, and the page reports
    const begun = Promise.race([origin.next('request', BUNDLE), page.report()])
    const browser = launch()
    await begun
    await new Promise((resolve) => setTimeout(resolve, Math.random() * LATEST_KILL_MS))
    await browser.kill()
  }
  const reported = page.report()
  const browser = launch()
  const report = await reported
  await browser.kill()

  expect(report.error).toBeUndefined()
  expect(report.sha256).toBe(createHash('sha256').update(plugin.bytes).digest('hex'))
  expect(report.files).toEqual([expect.stringMatching(/^bundles\/[0-9a-f]{64}$/)])
  const bytesTooMany = origin.bytesSent(BUNDLE) - SIZE
  expect(bytesTooMany, `${KILLS} kills cost ${bytesTooMany} bytes`).toBeLessThanOrEqual(
    KILLS * (CHUNK + SOCKET_BUFFERS),
  )
}, 300_000)
