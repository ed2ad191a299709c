import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { addressOf, chunkMapOf } from '../../src/actors/bundlePlan.js'
import { createNodeDigester } from '../../src/adapters/nodeDigester.js'
import type { PluginManifest } from '../../src/domain/manifest.js'
import { buildPlugin, createScriptedOrigin, type ListeningOrigin, seededBytes } from '../../src/testing/index.js'
import { seededRandom } from '../../src/testing/seededRandom.js'
import { Profile } from './browserCrash/killableBrowser.js'
import { type PageServer, servePage } from './browserCrash/pageServer.js'

const MIB = 1024 * 1024
const CHUNK = 64 * 1024
const BYTES_PER_SECOND = 8 * MIB
const SEED = 20_266
const KILLS = 32
/** One in so many is killed before it could look at what the one before has left. */
const EARLY = 6
const LATEST_EARLY_KILL_MS = 1500
const LATEST_KILL_MS = 1200

/** What the page tells of what it found. */
interface Found {
  /** SHA-256 by `<id> <version>`. */
  readonly installed?: Readonly<Record<string, string>>
  readonly orphans?: readonly string[]
  readonly files?: Readonly<Record<'bundles' | 'partials', readonly string[]>>
  /** Of all versions, in whatever role. */
  readonly addresses?: readonly string[]
  /** `name`: `<id> <version>`. */
  readonly tasks?: readonly { readonly name: string; readonly state: string }[]
  readonly error?: string
}

let folder: string
let page: PageServer<Found>
let listening: ListeningOrigin
const origin = createScriptedOrigin()
/** By `<id> <version>`. */
const published = new Map<string, { readonly hash: string; readonly address: string }>()
const manifests: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugdock-crash-'))
  page = await servePage<Found>(folder, join(import.meta.dirname, 'browserCrash/busy'))
  listening = await origin.listen()
  origin.limitBytesPerSecond = BYTES_PER_SECOND
  for (const id of ['acme.charts', 'acme.maps'])
    for (const version of ['1.0.0', '1.1.0', '2.0.0']) manifests.push(await publish(id, version))
})
afterAll(async () => {
  await page.close()
  await listening.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** Half of its bytes are those of the plugin's other versions. */
async function publish(id: string, version: string): Promise<string> {
  const bytes = Buffer.concat([seededBytes(MIB / 2, id), seededBytes(MIB / 2 + 999, `${id} ${version}`)])
  const { manifest } = await buildPlugin({ id, version, bytes, chunkLengths: CHUNK })
  const path = `/${id}/${version}`
  origin.put(`${path}/manifest.json`, { bytes: JSON.stringify(manifest), contentType: 'application/json' })
  origin.put(`${path}/${manifest.bundle.urls[0]}`, bytes)
  const hash = createHash('sha256').update(bytes).digest('hex')
  published.set(`${id} ${version}`, { hash, address: await addressIn(manifest) })
  return `${listening.url}${path}/manifest.json`
}

async function addressIn(manifest: PluginManifest): Promise<string> {
  const map = chunkMapOf(manifest)
  return map ? addressOf(map, createNodeDigester()) : ''
}

function passes(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}

const SETTLED = ['installed', 'cancelled', 'rolledBack']

/** One line for each file that neither a version nor an unfinished download accounts for, and for each that is not there. */
function discrepancies({ files, addresses = [], tasks = [], orphans = [] }: Found): string[] {
  const { bundles = [], partials = [] } = files ?? {}
  const unfinished = tasks.filter(({ state }) => !SETTLED.includes(state))
  const filling = new Set(unfinished.map(({ name }) => published.get(name)?.address))
  return [
    ...orphans.map((name) => `${name} is an orphan`),
    ...addresses.filter((address) => !bundles.includes(address)).map((address) => `the bundle ${address} is missing`),
    ...bundles.filter((name) => !addresses.includes(name) && !filling.has(name)).map((name) => `stray bundle ${name}`),
    ...partials
      .filter((name) => !filling.has(/^(.+)\.\d+\.part$/.exec(name)?.[1]))
      .map((name) => `stray partial ${name}`),
  ]
}

function assertWhole(found: Found, when: string): void {
  expect(found.error, when).toBeUndefined()
  expect(discrepancies(found), `${when}, with ${JSON.stringify(found)}`).toEqual([])
  for (const [name, hash] of Object.entries(found.installed ?? {}))
    expect(hash, `${name}, ${when}`).toBe(published.get(name)?.hash)
}

it('the browser is killed at random instants while a page installs, updates, loads, cancels and deletes -> what is installed is whole, and nothing else is there', async () => {
  const profile = await Profile.make(folder)
  onTestFinished(() => profile.close())
  const random = seededRandom(SEED)
  const seen = new Map<number, number>()
  const launch = (kill: number) => {
    const query = [['seed', String(SEED + kill)] as const, ...manifests.map((url) => ['manifest', url] as const)]
    const { url, told } = page.visit(query)
    return { browser: profile.launch(url), told }
  }
  for (let kill = 1; kill <= KILLS; kill++) {
    const isEarly = random() < 1 / EARLY
    const { browser, told } = launch(kill)
    if (!isEarly) {
      const found = await browser.until(told)
      assertWhole(found, `after kill ${kill - 1}`)
      const count = Object.keys(found.installed ?? {}).length
      seen.set(count, (seen.get(count) ?? 0) + 1)
    }
    await passes(random() * (isEarly ? LATEST_EARLY_KILL_MS : LATEST_KILL_MS))
    await browser.kill()
    expect(page.takeErrors(), `before kill ${kill}`).toEqual([])
  }
  const { browser, told } = launch(0)
  assertWhole(await browser.until(told), 'in the end')
  const counts = [...seen].map(([count, times]) => `${count} installed: ${times} times`)
  process.stdout.write(`${KILLS} kills found ${counts.join(', ')}\n`)
  expect(seen.size).toBeGreaterThan(1)
}, 600_000)
