import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildPlugin, createScriptedOrigin, type ListeningOrigin, seededBytes } from '../../src/testing/index.js'
import { seededRandom } from '../../src/testing/seededRandom.js'
import { KillableBrowser } from './browserCrash/killableBrowser.js'
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
  readonly missing?: readonly string[]
  /** How many files more than unfinished downloads account for. */
  readonly excess?: number
  readonly error?: string
}

let folder: string
let page: PageServer<Found>
let listening: ListeningOrigin
const origin = createScriptedOrigin()
const hashes = new Map<string, string>()
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
  hashes.set(`${id} ${version}`, createHash('sha256').update(bytes).digest('hex'))
  return `${listening.url}${path}/manifest.json`
}

function launch(seed: number): KillableBrowser {
  const query = new URLSearchParams([['seed', String(seed)], ...manifests.map((url) => ['manifest', url])])
  return new KillableBrowser(join(folder, 'profile'), `${page.url}/?${query}`)
}

function passes(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}

function assertWhole(found: Found, when: string): void {
  const { installed = {}, ...rest } = found
  expect(rest, when).toEqual({ orphans: [], missing: [], excess: 0 })
  for (const [name, hash] of Object.entries(installed)) expect(hash, `${name}, ${when}`).toBe(hashes.get(name))
}

it('the browser is killed at random instants while a page installs, updates, loads, cancels and deletes -> what is installed is whole, and nothing else is there', async () => {
  const random = seededRandom(SEED)
  const seen = new Map<number, number>()
  for (let kill = 1; kill <= KILLS; kill++) {
    const isEarly = random() < 1 / EARLY
    const reported = page.report()
    const browser = launch(SEED + kill)
    if (!isEarly) {
      const found = await reported
      assertWhole(found, `after kill ${kill - 1}`)
      const count = Object.keys(found.installed ?? {}).length
      seen.set(count, (seen.get(count) ?? 0) + 1)
    }
    await passes(random() * (isEarly ? LATEST_EARLY_KILL_MS : LATEST_KILL_MS))
    await browser.kill()
  }
  const reported = page.report()
  const browser = launch(SEED)
  assertWhole(await reported, 'in the end')
  await browser.kill()
  const counts = [...seen].map(([count, times]) => `${count} installed: ${times} times`)
  process.stdout.write(`${KILLS} kills found ${counts.join(', ')}\n`)
  expect(seen.size).toBeGreaterThan(1)
}, 600_000)
