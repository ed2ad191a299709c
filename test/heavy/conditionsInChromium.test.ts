import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { DownloadProgress, DownloadState } from '../../src/domain/progress.js'
import {
  buildPlugin,
  createScriptedOrigin,
  type ListeningOrigin,
  publishOn,
  type ScriptedOrigin,
  stall,
} from '../../src/testing/index.js'
import { chromiumPath, LAUNCH_ARGUMENTS } from '../browser/chromium.js'
import { type PageServer, servePage } from './browserCrash/pageServer.js'

const SIZE = 1_000_000
const HALF = 500_000
const MANIFEST = '/acme.charts/manifest.json'
const BUNDLE = '/acme.charts/acme.charts-1.0.0.bin'
/** Longer than the app's limit for a stall. */
const STAND_STILL_MS = 5000

let folder: string
let server: PageServer
let browser: Browser
let origin: ScriptedOrigin
let listening: ListeningOrigin
let page: Page

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugdock-conditions-'))
  server = await servePage(folder, join(import.meta.dirname, 'browserConditions'))
  browser = await chromium.launch({ executablePath: chromiumPath(), args: [...LAUNCH_ARGUMENTS] })
})
afterAll(async () => {
  await browser.close()
  await server.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})
beforeEach(async () => {
  origin = createScriptedOrigin()
  listening = await origin.listen()
  page = await (await browser.newContext()).newPage()
  await page.goto(server.url)
  await page.waitForFunction(() => 'app' in globalThis)
  onTestFinished(async () => {
    await page.context().close()
    await listening.close()
  })
})

/** What the page offers to the test. */
interface App {
  start(manifest: string): Promise<void>
  until(state: DownloadState, bytesDownloaded: number): Promise<DownloadProgress>
}

async function start(): Promise<void> {
  const manifest = publishOn(origin, await buildPlugin({ size: SIZE }))
  await page.evaluate(
    // the page has put it there
    (url) => (globalThis as unknown as { app: App }).app.start(url),
    manifest.replace(origin.url, listening.url),
  )
}

function until(state: DownloadState, bytesDownloaded = 0): Promise<DownloadProgress> {
  return page.evaluate(
    // the page has put it there
    ([wanted, bytes]) => (globalThis as unknown as { app: App }).app.until(wanted, bytes),
    [state, bytesDownloaded] as const,
  )
}

/** A download that hangs in the middle of its bundle. */
async function startHalf(): Promise<void> {
  origin.script(BUNDLE, stall(HALF), stall(HALF))
  await start()
  await until('downloading', 100_000)
}

async function emulateOffline(): Promise<(offline: boolean) => Promise<void>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const rest = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 }
  return async (offline) => void (await session.send('Network.emulateNetworkConditions', { offline, ...rest }))
}

const requestsOf = (path: string) => origin.requests.filter((request) => request.path === path)

describe('the browser is offline', () => {
  it('from the start -> nothing is asked for, and the reason is shown; back -> installed by itself', async () => {
    const beOffline = await emulateOffline()
    await beOffline(true)
    await start()
    expect((await until('awaitingNetwork')).waitingFor).toMatchObject({ code: 'offline' })
    expect(requestsOf(MANIFEST)).toEqual([])
    await beOffline(false)
    await until('installed')
  })

  it('in the middle -> stops and says why; back -> goes on where it was, and no attempt counts', async () => {
    await startHalf()
    const before = requestsOf(BUNDLE).length
    const beOffline = await emulateOffline()
    await beOffline(true)
    const { waitingFor, bytesDownloaded } = await until('awaitingNetwork')
    expect(waitingFor).toMatchObject({ code: 'offline' })
    expect(bytesDownloaded).toBeGreaterThan(0)
    await beOffline(false)
    expect((await until('installed')).attempt).toBe(1)
    const after = requestsOf(BUNDLE).slice(before)
    expect(after.length).toBeGreaterThan(0)
    for (const { headers } of after) expect(headers.range).not.toBe('bytes=0-')
  })

  it('H52 and back ten times in a row -> one resume, when it stays', async () => {
    await startHalf()
    const before = requestsOf(BUNDLE).length
    const beOffline = await emulateOffline()
    for (let times = 0; times < 10; times++) {
      await beOffline(true)
      await beOffline(false)
    }
    expect((await until('installed')).attempt).toBe(1)
    // one request a connection
    expect(requestsOf(BUNDLE).length - before).toBeLessThanOrEqual(2)
  })
})

describe('the page stands still in the middle of a download, for longer than a stall', () => {
  it('V18 with its whole process -> nobody is blamed, and every byte is fetched once', async () => {
    origin.limitBytesPerSecond = 200_000
    await start()
    await until('downloading', 50_000)
    await stopProcess(STAND_STILL_MS)
    expect(await until('installed')).toMatchObject({ attempt: 1, bytesTransferred: SIZE })
  })
})

/** Of all renderers, one is the page's. */
async function stopProcess(durationMs: number): Promise<void> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id)
  expect(renderers.length).toBeGreaterThan(0)
  for (const id of renderers) process.kill(id, 'SIGSTOP')
  await new Promise((resolve) => setTimeout(resolve, durationMs))
  for (const id of renderers) process.kill(id, 'SIGCONT')
}
