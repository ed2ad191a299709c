import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import {
  buildPlugin,
  createScriptedOrigin,
  type ListeningOrigin,
  publishOn,
  type ScriptedOrigin,
} from '../../src/testing/index.js'
import { Profile } from './browserCrash/killableBrowser.js'
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
let origin: ScriptedOrigin
let listening: ListeningOrigin

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugdock-crash-'))
  page = await servePage(folder)
})
afterAll(async () => {
  await page.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})
beforeEach(async () => {
  origin = createScriptedOrigin()
  listening = await origin.listen()
})
afterEach(() => listening.close())

it('the browser is killed ten times while it installs 100 MB -> byte-identical, nothing fetched twice but what was lost', async () => {
  const plugin = await buildPlugin({ size: SIZE, chunkLengths: CHUNK })
  const manifest = publishOn(origin, plugin).replace(origin.url, listening.url)
  origin.limitBytesPerSecond = BYTES_PER_SECOND
  const profile = await Profile.make(folder)
  onTestFinished(() => profile.close())

  for (let kill = 0; kill < KILLS; kill++) {
    const visit = page.visit([['manifest', manifest]])
    // once all bytes are there nothing is asked any more, and the page tells
    const begun = Promise.race([origin.next('request', BUNDLE), visit.told])
    const browser = profile.launch(visit.url)
    await browser.until(begun)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * LATEST_KILL_MS))
    await browser.kill()
    expect(page.takeErrors(), `before kill ${kill + 1}`).toEqual([])
  }
  const { url, told } = page.visit([['manifest', manifest]])
  const report = await profile.launch(url).until(told)

  expect(report.error).toBeUndefined()
  expect(report.sha256).toBe(createHash('sha256').update(plugin.bytes).digest('hex'))
  expect(report.files).toEqual([expect.stringMatching(/^bundles\/[0-9a-f]{64}$/)])
  const bytesTooMany = origin.bytesSent(BUNDLE) - SIZE
  expect(bytesTooMany, `${KILLS} kills cost ${bytesTooMany} bytes`).toBeLessThanOrEqual(
    KILLS * (CHUNK + SOCKET_BUFFERS),
  )
}, 300_000)
