import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  buildPlugin,
  createScriptedOrigin,
  type ListeningOrigin,
  publishOn,
  type ScriptedOrigin,
  seededBytes,
  stall,
} from '../../src/testing/index.js'
import { packed } from '../unit/plugins/zips.js'
import { EngineBrowser } from './engineBrowser.js'
import { ENGINE_NAMES, type Engine, type EngineName, openEngine } from './engines.js'
import { PageServer } from './pageServer.js'

const MIB = 1024 * 1024
const CHUNK = 128 * 1024
const BIG_BYTES = 6 * MIB
/** Of the bundle, by each connection, before it stalls. */
const STALLED_AT = 2.5 * MIB
/** Written by then. */
const WRITTEN = 2 * MIB
/** One that the browser may have begun, for each of two connections. */
const LOST_BY_A_KILL = 2 * CHUNK

const ABILITIES: Readonly<Record<EngineName, object>> = {
  Chromium: { bundleStore: 'opfs', readsIntoBuffers: true },
  Firefox: { bundleStore: 'opfs', readsIntoBuffers: true, background: 'none', meteredDetection: false },
  WebKitGTK: { bundleStore: 'indexedDb', readsIntoBuffers: false, background: 'none', meteredDetection: false },
}

interface Version {
  readonly manifestUrl: string
  readonly bundlePath: string
  readonly sizeBytes: number
  readonly digests: Readonly<Record<string, string>>
}

let folder: string
let page: PageServer
let origin: ScriptedOrigin
let listening: ListeningOrigin

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugdock-engines-'))
  page = await PageServer.open(folder)
})
afterAll(async () => {
  await page?.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})
beforeEach(async () => {
  origin = createScriptedOrigin()
  listening = await origin.listen()
})
afterEach(() => listening.close())

async function publish(version: string): Promise<Version> {
  const files = {
    'index.js': `import { word } from './lib/word.js'\nexport const greeting = word + ' ${version}'\n`,
    'lib/word.js': "export const word = 'hello'\n",
    'data/big.bin': seededBytes(BIG_BYTES, version),
    'data/words.txt': 'a line that shrinks\n'.repeat(20_000),
  }
  const bytes = Uint8Array.from(await packed(files))
  const { manifest } = await buildPlugin({ version, bytes, chunkLengths: CHUNK })
  const zip = { ...manifest, bundle: { ...manifest.bundle, format: 'zip' as const, urls: [`${version}.zip`] } }
  origin.put(`/acme.charts/${version}.json`, JSON.stringify(zip))
  origin.put(`/acme.charts/${version}.zip`, bytes)
  publishOn(origin, { manifest: zip, bytes })
  return {
    manifestUrl: `${listening.url}/acme.charts/${version}.json`,
    bundlePath: `/acme.charts/${version}.zip`,
    sizeBytes: bytes.length,
    digests: Object.fromEntries(Object.entries(files).map(([path, content]) => [path, sha256(content)])),
  }
}

function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

describe.each(ENGINE_NAMES)('%s', (name) => {
  let engine: Engine
  let browser: EngineBrowser | undefined
  let profiles = 0
  let profile: string

  beforeAll(async () => {
    engine = await openEngine(name)
  }, 600_000)
  afterAll(() => engine?.close())
  beforeEach(async () => {
    profiles++
    profile = join(folder, `${name}-${profiles}`)
    await launch()
  })
  afterEach(async () => {
    await kill()
    expect(page.takeBroken()).toEqual([])
  })

  async function launch(): Promise<void> {
    const launched = await EngineBrowser.launch(engine, profile, page.url)
    browser = launched
    // nobody is left to do what its page was asked
    const forget = () => browser === launched && page.forget()
    launched.ended.then(forget, forget)
    await page.call('open')
  }

  async function kill(): Promise<void> {
    await browser?.kill()
    browser = undefined
    page.forget()
  }

  async function install(version: Version): Promise<void> {
    await page.call('start', version.manifestUrl)
    expect(await page.call('ending')).toBe('installed')
  }

  async function expectLoads(version: string, { digests }: Version): Promise<void> {
    expect(await page.call('load')).toEqual({ version, digests })
  }

  test('opened -> stores where this engine can', async () => {
    await page.call('close')
    expect(await page.call('open')).toMatchObject(ABILITIES[name])
  })

  test('killed half way -> goes on with what is on the disk, byte-identical, verified as it is loaded, and runs', async () => {
    const version = await publish('1.0.0')
    origin.script(version.bundlePath, stall(STALLED_AT), stall(STALLED_AT))
    await page.call('start', version.manifestUrl)
    await page.call('untilDownloaded', WRITTEN)
    await kill()
    origin.unscript()
    origin.cut()
    const before = origin.bytesSent(version.bundlePath)
    await launch()
    expect(await page.call('ending')).toBe('installed')
    await expectLoads('1.0.0', version)
    expect(await page.call('run')).toBe('hello 1.0.0')
    const again = origin.bytesSent(version.bundlePath) - before
    expect(again).toBeLessThanOrEqual(version.sizeBytes - WRITTEN + LOST_BY_A_KILL)
  })

  test('killed when it is installed -> there, without another request', async () => {
    const version = await publish('1.0.0')
    await install(version)
    await kill()
    origin.forgetRequests()
    await launch()
    await expectLoads('1.0.0', version)
    expect(origin.requests).toEqual([])
  })

  test('a stored byte rots -> found when it is loaded, one chunk fetched again, right bytes', async () => {
    const version = await publish('1.0.0')
    await install(version)
    origin.forgetRequests()
    expect(await page.call('flipStoredByte', 200_000)).toBe(1)
    expect(await page.call('verify')).toMatchObject({ ok: false, badChunks: [{ index: 1 }] })
    await expectLoads('1.0.0', version)
    expect(origin.bytesSent(version.bundlePath)).toBeLessThanOrEqual(2 * CHUNK)
    expect(await page.call('verify')).toMatchObject({ ok: true })
  })

  test('a stored byte rots, and nobody has it any more -> corrupt, not a byte of it handed out', async () => {
    const version = await publish('1.0.0')
    await install(version)
    origin.remove(version.bundlePath)
    await page.call('flipStoredByte', 200_000)
    await expect(page.call('load')).rejects.toMatchObject({ code: 'corrupt' })
  })

  test('updated, then deleted -> the new version, then none, and its room is free again after a kill', async () => {
    const empty = await page.call('usedSpace')
    await install(await publish('1.0.0'))
    const update = await publish('2.0.0')
    await install(update)
    await expectLoads('2.0.0', update)
    expect(await page.call('run')).toBe('hello 2.0.0')
    await page.call('remove')
    await expect(page.call('load')).rejects.toMatchObject({ code: 'not-installed' })
    await page.call('forgetTasks')
    // its trial goes on for a while: what is known of that is removed with the next start
    await kill()
    await launch()
    expect(await page.call('usedSpace')).toBe(empty)
  })

  test('rolled back by hand -> the version before, also after a kill', async () => {
    const first = await publish('1.0.0')
    await install(first)
    await page.call('confirm')
    await install(await publish('2.0.0'))
    expect(await page.call('run')).toBe('hello 2.0.0')
    expect(await page.call('rollback')).toMatchObject({ version: '1.0.0', health: 'healthy' })
    await expectLoads('1.0.0', first)
    await kill()
    await launch()
    await expectLoads('1.0.0', first)
    expect(await page.call('run')).toBe('hello 1.0.0')
  })

  test('an update does not start -> the version before is started, the update never again, also after a kill', async () => {
    const first = await publish('1.0.0')
    await install(first)
    await page.call('confirm')
    await install(await publish('2.0.0'))
    expect(await page.call('activate', '2.0.0')).toBe('hello 1.0.0')
    const left = [
      { version: '1.0.0', role: 'active' },
      { version: '2.0.0', role: 'quarantined' },
    ]
    expect(await page.call('versions')).toMatchObject(left)
    await kill()
    await launch()
    expect(await page.call('versions')).toMatchObject(left)
    await expectLoads('1.0.0', first)
  })

  test('room is wanted -> evicted, told what went, and its room is free again, also after a kill', async () => {
    const empty = await page.call('usedSpace')
    const version = await publish('1.0.0')
    await install(version)
    await page.call('forgetTasks')
    expect(await page.call('evict', 1)).toMatchObject({
      sufficient: true,
      items: [{ kind: 'plugin', pluginId: 'acme.charts', sizeBytes: version.sizeBytes }],
    })
    await expect(page.call('load')).rejects.toMatchObject({ code: 'not-installed' })
    expect(await page.call('usedSpace')).toBe(empty)
    await kill()
    await launch()
    expect(await page.call('installed')).toEqual([])
    expect(await page.call('usedSpace')).toBe(empty)
  })
})
