import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { openDock } from '../../src/hosts/node/openDock.js'
import {
  buildPlugin,
  createScriptedOrigin,
  type ListeningOrigin,
  type PluginBuild,
  seededBytes,
} from '../../src/testing/index.js'
import { seededRandom } from '../../src/testing/seededRandom.js'
import { type Aftermath, inspect, loadAll } from './nodeCrash/aftermath.js'
import { Scene } from './nodeCrash/victim.js'

const IDS = ['acme.charts', 'acme.maps', 'acme.notes']
const MIB = 1024 * 1024
const CHUNK = 64 * 1024
const BYTES_PER_SECOND = 24 * MIB
/** Two directories at a time, each with as many processes one after the other. */
const SEEDS = [20_261, 20_262]
const KILLS_EACH = 100
/** One in so many is killed before its dock is open. */
const EARLY = 6
const LATEST_BOOT_KILL_MS = 80
const LATEST_KILL_MS = 300
const BIG_SIZE = 16 * MIB + 321
/** So slow that next to nothing waits in the sockets, where nobody counts it. */
const SLOW_BYTES_PER_SECOND = 4 * MIB
/** The scripted origin sends pieces of this size: one may be in the sockets, and one with the client, unread. */
const PIECE = 64 * 1024
const CONNECTIONS = 2

let folder: string
let listening: ListeningOrigin
const origin = createScriptedOrigin()
const hashes = new Map<string, string>()
const manifests: string[] = []

beforeEach(() => {
  origin.limitBytesPerSecond = BYTES_PER_SECOND
})
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugdock-killed-'))
  listening = await origin.listen()
  for (const id of IDS)
    for (const version of ['1.0.0', '1.1.0', '2.0.0']) manifests.push(await publish({ id, version }))
})
afterAll(async () => {
  await listening.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** Half of its bytes are those of the plugin's other versions. */
async function publish({ id, version }: Required<Pick<PluginBuild, 'id' | 'version'>>): Promise<string> {
  const own = seededBytes(MIB / 2 + 999, `${id} ${version}`)
  return put({ id, version, bytes: Buffer.concat([seededBytes(MIB / 2, id), own]) })
}

async function put(build: Required<Pick<PluginBuild, 'id' | 'version' | 'bytes'>>): Promise<string> {
  const { id, version, bytes } = build
  const { manifest } = await buildPlugin({ ...build, bytes, chunkLengths: CHUNK })
  const path = `/${id}/${version}`
  origin.put(`${path}/manifest.json`, { bytes: JSON.stringify(manifest), contentType: 'application/json' })
  origin.put(`${path}/${manifest.bundle.urls[0]}`, bytes)
  hashes.set(`${id} ${version}`, createHash('sha256').update(bytes).digest('hex'))
  return `${listening.url}${path}/manifest.json`
}

function passes(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}

async function killOnce(scene: Scene, seed: number, random: () => number): Promise<Aftermath> {
  const victim = scene.start(seed, manifests)
  const isEarly = random() < 1 / EARLY
  await victim.says(isEarly ? 'born' : 'open')
  await passes(random() * (isEarly ? LATEST_BOOT_KILL_MS : LATEST_KILL_MS))
  await victim.kill()
  return inspect(scene.directory, hashes)
}

describe('a process that installs, updates, activates, rolls back, evicts, loads, cancels and deletes is killed at a random instant', () => {
  it.concurrent.for(SEEDS)(
    'a hundred times, seed %i -> each time what is installed is whole, and nothing else is there',
    { timeout: 600_000 },
    async (seed, { onTestFinished: onThisFinished }) => {
      const random = seededRandom(seed)
      const scene = await Scene.make(folder)
      onThisFinished(() => scene.close())
      const seen = new Map<string, number>()
      for (let kill = 1; kill <= KILLS_EACH; kill++) {
        const { faults, installed, states } = await killOnce(scene, seed * 1000 + kill, random)
        expect(faults, `after kill ${kill}`).toEqual([])
        for (const state of [`${installed.length} installed`, ...new Set(states)]) {
          seen.set(state, (seen.get(state) ?? 0) + 1)
        }
      }
      process.stdout.write(`${KILLS_EACH} kills found ${[...seen].map((pair) => pair.join(' ')).join(', ')}\n`)

      const dock = await openDock({ directory: scene.directory, wait: true })
      // of versions that nobody has tried yet
      for (const id of IDS) await (await dock.downloads.startDownload(await publish({ id, version: '3.0.0' }))).finished
      const { faults, installed } = await loadAll(dock, hashes)
      await dock.close()
      expect(faults).toEqual([])
      expect([...installed].sort()).toEqual(IDS.map((id) => `${id} 3.0.0`))
    },
  )
})

describe('a process is killed at random instants while it installs 16 MiB', () => {
  it('until it is installed -> not much more than what was under way is fetched again', async () => {
    const random = seededRandom(5)
    const scene = await Scene.make(folder)
    onTestFinished(() => scene.close())
    const id = 'acme.big'
    const manifest = await put({ id, version: '1.0.0', bytes: seededBytes(BIG_SIZE, id) })
    const bundle = `/${id}/1.0.0/${id}-1.0.0.bin`
    origin.limitBytesPerSecond = SLOW_BYTES_PER_SECOND
    origin.forgetRequests()
    let kills = 0
    for (let isInstalled = false; !isInstalled; kills++) {
      const requested = origin.next('request', bundle)
      const victim = scene.start(kills, [manifest])
      const installed = victim.says('installed').then(() => true)
      await Promise.race([requested, installed])
      isInstalled = await Promise.race([installed, passes(random() * LATEST_KILL_MS).then(() => false)])
      installed.catch(() => {})
      await victim.kill()
    }
    const { faults, installed } = await inspect(scene.directory, hashes)
    expect(faults).toEqual([])
    expect(installed).toEqual([`${id} 1.0.0`])
    const againBytes = origin.bytesSent(bundle) - BIG_SIZE
    process.stdout.write(`${kills} kills cost ${againBytes} bytes, ${Math.round(againBytes / kills)} each\n`)
    expect(againBytes).toBeLessThanOrEqual(kills * CONNECTIONS * (CHUNK + 2 * PIECE))
  }, 300_000)
})

describe('two processes want one directory', () => {
  it('the one that has it is killed, again and again -> the other goes on with what it left, and nobody writes beside it', async () => {
    const scene = await Scene.make(folder)
    onTestFinished(() => scene.close())
    const { directory } = scene
    let holder = scene.start(1, manifests)
    await holder.says('open')
    for (let turn = 2; turn <= 12; turn++) {
      const next = scene.start(turn, manifests)
      await next.says('born')
      await expect(openDock({ directory })).rejects.toMatchObject({ code: 'locked' })
      await passes(LATEST_KILL_MS / 2)
      expect(next.hasSaid('open')).toBe(false)
      await holder.kill()
      await next.says('open')
      holder = next
    }
    await holder.kill()
    expect((await inspect(directory, hashes)).faults).toEqual([])
  }, 120_000)
})
