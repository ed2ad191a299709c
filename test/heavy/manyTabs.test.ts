import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { buildPlugin, createScriptedOrigin, type ListeningOrigin, publishOn } from '../../src/testing/index.js'
import { chromiumPath, LAUNCH_ARGUMENTS } from '../browser/chromium.js'
import { type PageServer, servePage } from './browserCrash/pageServer.js'

const KILLS = 20
const SIZE = 60_000_000
const CHUNK = 128 * 1024
const CONNECTIONS = 2
const BYTES_PER_SECOND = 4_000_000
/** What a killed client leaves in the sockets' buffers: sent, and read by nobody. */
const SOCKET_BUFFERS = 6 * 1024 * 1024
const BUNDLE = '/acme.charts/acme.charts-1.0.0.bin'

let folder: string
let server: PageServer
let listening: ListeningOrigin
let context: BrowserContext
let origin: ReturnType<typeof createScriptedOrigin>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugdock-tabs-'))
  server = await servePage(folder, join(import.meta.dirname, 'manyTabs'))
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})
beforeEach(async () => {
  origin = createScriptedOrigin()
  const listens = await origin.listen()
  listening = listens
  const opened = await chromium.launchPersistentContext(await mkdtemp(join(folder, 'profile-')), {
    executablePath: chromiumPath(),
    args: [...LAUNCH_ARGUMENTS, '--disable-hang-monitor'],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
  context = opened
  onTestFinished(async () => {
    await opened.close()
    await listens.close()
  })
})

/** What the page offers to the test. */
interface App {
  leads(): boolean
  wasRestored(): boolean
  start(manifest: string): Promise<string>
  install(manifest: string): Promise<void>
  finished(taskId: string): Promise<string>
  bytes(): number
  untilLeads(): Promise<number>
  changePolicy(part: object): Promise<number>
  look(): Promise<string>
  digest(): Promise<string>
  activate(): Promise<string>
  health(): Promise<string>
  hang(): void
  files(): Promise<readonly string[]>
}

type Method = { [Name in keyof App]: App[Name] extends (...args: never[]) => unknown ? Name : never }[keyof App]

async function openTab(): Promise<Page> {
  const page = await context.newPage()
  await page.goto(server.url)
  await page.waitForFunction(() => 'app' in globalThis)
  return page
}

function ask<Name extends Method>(page: Page, name: Name, ...args: Parameters<App[Name]>) {
  const asked = page.evaluate(
    ([method, given]) => {
      const { app } = globalThis as unknown as { app: Record<string, (...args: unknown[]) => unknown> } // the page has put it there
      return app[method]?.(...given)
    },
    [name, args] as const,
  )
  return asked as Promise<Awaited<ReturnType<App[Name]>>> // the method decides
}

async function publish(build: Parameters<typeof buildPlugin>[0]) {
  const plugin = await buildPlugin(build)
  return { plugin, manifest: publishOn(origin, plugin).replace(origin.url, listening.url) }
}

/** Which of them leads, and when it began to. */
async function nextLeader(pages: readonly Page[]): Promise<{ leader: Page; at: number }> {
  return Promise.race(pages.map(async (leader) => ({ leader, at: await ask(leader, 'untilLeads') })))
}

async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash')
  const session = await context.newCDPSession(page)
  // nobody is left to answer
  void session.send('Page.crash').catch(() => {})
  await crashed
}

const say = (words: string) => process.stdout.write(`${words}\n`)

const median = (times: readonly number[]) => [...times].sort((left, right) => left - right)[times.length >> 1]

describe('three tabs, one download', () => {
  it(`the leader's renderer is killed ${KILLS} times -> one install, all agree, nothing fetched twice but what was lost`, async () => {
    const { plugin, manifest } = await publish({ size: SIZE, chunkLengths: CHUNK })
    origin.limitBytesPerSecond = BYTES_PER_SECOND
    let tabs = [await openTab(), await openTab(), await openTab()]
    const [, , asking] = tabs
    if (!asking) throw new Error('There are three')
    const begun = origin.next('request', BUNDLE)
    const taskId = await ask(asking, 'start', manifest)
    await begun
    const times: number[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      const { leader } = await nextLeader(tabs)
      const others = tabs.filter((page) => page !== leader)
      const goesOn = origin.next('request', BUNDLE)
      const killedAt = Date.now()
      await crash(leader)
      const { at } = await nextLeader(others)
      times.push(at - killedAt)
      await leader.close()
      const isThere = ask(others[0] as Page, 'look') // one of two
      await Promise.race([goesOn, isThere.then((shown) => shown.includes('"installed"') || new Promise(() => {}))])
      tabs = [...others, await openTab()]
    }
    say(`another tab led after ${times.join(', ')} ms; median ${median(times)} ms`)
    origin.limitBytesPerSecond = undefined
    for (const page of tabs) expect(await ask(page, 'finished', taskId)).toBe('1.0.0')
    const digest = createHash('sha256').update(plugin.bytes).digest('hex')
    for (const page of tabs) expect(await ask(page, 'digest')).toBe(digest)
    const shown = new Set(await Promise.all(tabs.map((page) => ask(page, 'look'))))
    expect(shown.size, [...shown].join('\n')).toBe(1)
    expect(await ask(tabs[0] as Page, 'files')).toEqual([expect.stringMatching(/^bundles\/[0-9a-f]{64}$/)]) // there are three
    const bytesTooMany = origin.bytesSent(BUNDLE) - SIZE
    say(`${KILLS} kills cost ${bytesTooMany} bytes`)
    expect(bytesTooMany).toBeLessThanOrEqual(KILLS * (CONNECTIONS * CHUNK + SOCKET_BUFFERS))
  }, 300_000)
})

describe('a leader whose script runs in circles', () => {
  it('while another tab wants something -> that one leads, and what it wanted is done', async () => {
    const hung = await openTab()
    const other = await openTab()
    const since = Date.now()
    void ask(hung, 'hang').catch(() => {})
    const changedAt = await ask(other, 'changePolicy', { askAboveBytes: 17 })
    say(`a tab that is seen led, and had its command carried out, after ${changedAt - since} ms`)
    expect(await ask(other, 'leads')).toBe(true)
  }, 60_000)

  it('while it downloads -> another tab goes on, byte-identical', async () => {
    const { plugin, manifest } = await publish({ size: SIZE, chunkLengths: CHUNK })
    origin.limitBytesPerSecond = BYTES_PER_SECOND
    const hung = await openTab()
    const other = await openTab()
    const taskId = await ask(hung, 'start', manifest)
    await other.waitForFunction(() => (globalThis as unknown as { app: App }).app.bytes() > 0) // the page has put it there
    const since = Date.now()
    void ask(hung, 'hang').catch(() => {})
    say(`a tab that is seen led after ${(await ask(other, 'untilLeads')) - since} ms`)
    origin.limitBytesPerSecond = undefined
    expect(await ask(other, 'finished', taskId)).toBe('1.0.0')
    expect(await ask(other, 'digest')).toBe(createHash('sha256').update(plugin.bytes).digest('hex'))
    const bytesTooMany = origin.bytesSent(BUNDLE) - plugin.bytes.length
    say(`a leader that hangs costs ${bytesTooMany} bytes`)
    expect(bytesTooMany).toBeLessThanOrEqual(CONNECTIONS * CHUNK + SOCKET_BUFFERS)
  }, 60_000)
})

describe('a page in the back/forward cache', () => {
  async function install(page: Page): Promise<void> {
    const bytes = new TextEncoder().encode(`export const version = '1.0.0'`)
    const { manifest } = await publish({ bytes, chunkLengths: bytes.length })
    await ask(page, 'install', manifest)
  }

  it('with a trial that runs -> is restored, leads again, and the trial ends well', async () => {
    const page = await openTab()
    await install(page)
    expect(await ask(page, 'activate')).toBe('1.0.0')
    await page.goto('about:blank')
    await page.goBack({ waitUntil: 'commit' })
    expect(await ask(page, 'wasRestored')).toBe(true)
    await ask(page, 'untilLeads')
    await page.waitForFunction(async () => (await (globalThis as unknown as { app: App }).app.health()) === 'healthy') // as above
    expect(await ask(page, 'digest')).toHaveLength(64)
  }, 60_000)

  it('that led, while another one is there -> that one leads meanwhile, and it follows when it is back', async () => {
    const page = await openTab()
    await install(page)
    const other = await openTab()
    expect(await ask(page, 'activate')).toBe('1.0.0')
    await page.goto('about:blank')
    await ask(other, 'untilLeads')
    await page.goBack({ waitUntil: 'commit' })
    expect(await ask(page, 'wasRestored')).toBe(true)
    expect(await ask(page, 'changePolicy', { askAboveBytes: 5 })).toBeGreaterThan(0)
    expect(await ask(page, 'look')).toBe(await ask(other, 'look'))
    await page.waitForFunction(async () => (await (globalThis as unknown as { app: App }).app.health()) === 'healthy') // as above
  }, 60_000)
})
