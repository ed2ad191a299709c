import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DownloadProgress } from '../../../src/domain/progress.js'
import { openDock } from '../../../src/hosts/node/openDock.js'
import { packBundle } from '../../../src/publish/index.js'
import {
  buildPlugin,
  createScriptedOrigin,
  dropAfter,
  type ListeningOrigin,
  type PluginBuild,
  publishOn,
  type ScriptedOrigin,
  seededBytes,
  stall,
  status,
} from '../../../src/testing/index.js'
import { jsonLines, runCli, startCli } from './runCli.js'

let root: string
let store: string
let origin: ScriptedOrigin
let server: ListeningOrigin

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'plugdock-cli-'))
  store = join(root, 'store')
  origin = createScriptedOrigin()
  server = await origin.listen()
})

afterEach(async () => {
  await server.close()
  await rm(root, { recursive: true, force: true })
})

/** Puts a plugin on the origin. */
async function publish(build: PluginBuild = {}) {
  const built = await buildPlugin(build)
  const { pathname } = new URL(publishOn(origin, built))
  const bundle = new URL(built.manifest.bundle.urls[0] ?? '', `http://origin.test${pathname}`).pathname
  return { url: server.url + pathname, path: pathname, bundle, size: built.bytes.length, bytes: built.bytes }
}

describe('install', () => {
  test('over a connection that breaks twice goes on where it was, and tells the truth at every step', async () => {
    const { url, bundle, size } = await publish({ name: 'Charts', size: 1_000_000 })
    origin.script(bundle, dropAfter(300_000), dropAfter(350_000))
    const run = await runCli('install', url, '--store', store, '--json')

    expect(run).toMatchObject({ status: 0, stderr: '' })
    const lines = jsonLines(run.stdout)
    expect(lines.at(-1)).toEqual({ type: 'installed', pluginId: 'acme.charts', version: '1.0.0' })
    const progress = lines.filter(({ type }) => type === 'progress') as unknown as DownloadProgress[] // of our own
    expect(progress[0]).toMatchObject({ state: 'resolving' })
    expect(progress[0]).not.toHaveProperty('totalBytes')
    expect(progress.at(-1)).toMatchObject({ state: 'installed', bytesDownloaded: size, totalBytes: size })
    const held = progress.map(({ bytesDownloaded }) => bytesDownloaded)
    expect(held).toEqual([...held].sort((a, b) => a - b))
    expect(new Set(progress.map(({ state }) => state))).toContain('retrying')
    expect(origin.bytesSent(bundle)).toBe(size)
  })

  test('tells why it waits, in plain lines where nobody watches', async () => {
    const { url, bundle } = await publish({ name: 'Charts' })
    origin.script(bundle, dropAfter(100_000))
    const { stdout, stderr } = await runCli('install', url, '--store', store)

    expect(stdout).toBe('Installed acme.charts 1.0.0 (300 kB)\n')
    expect(stderr).toMatch(/^…\/acme\.charts\/manifest\.json: Getting ready\n/)
    expect(stderr).toMatch(/\nCharts 1\.0\.0: Trying again: .*127\.0\.0\.1.*, \d+ of 300 kB\n/)
    expect(stderr).not.toMatch(/100%/)
  })

  test('draws one bar a plugin on a terminal, and gives the cursor back', async () => {
    const charts = await publish({ name: 'Charts' })
    const maps = await publish({ id: 'acme.maps', name: 'Maps' })
    const cli = startCli(['install', charts.url, maps.url, '--store', store], { isTTY: true })

    expect(await cli.status).toBe(0)
    for (const name of ['Charts', 'Maps'])
      expect(cli.stderr()).toMatch(new RegExp(`${name} 1\\.0\\.0 +━+ 100%.*Installed`))
    expect(cli.stderr().lastIndexOf('\x1b[?25h')).toBeGreaterThan(cli.stderr().lastIndexOf('\x1b[?25l'))
  })

  test('of several goes on when one fails, and ends with 1', async () => {
    const { url } = await publish()
    const missing = `${server.url}/gone/manifest.json`
    const run = await runCli('install', missing, url, '--store', store, '--json', '--concurrency', '1')

    expect(run.status).toBe(1)
    expect(run.stderr).toMatch(new RegExp(`^plugdock: ${missing}: .*404.*\n$`))
    const lines = jsonLines(run.stdout)
    expect(lines).toContainEqual({ type: 'installed', pluginId: 'acme.charts', version: '1.0.0' })
    expect(lines).toContainEqual({ type: 'failed', source: missing, code: 'http-status', message: expect.any(String) })
  })

  test('that failed is tried again by the same command, with what it has', async () => {
    const { url, bundle, size } = await publish()
    origin.script(bundle, dropAfter(200_000), status(404))
    expect((await runCli('install', url, '--store', store)).status).toBe(1)
    expect((await runCli('install', url, '--store', store)).status).toBe(0)
    expect(origin.bytesSent(bundle)).toBeLessThan(size + 70_000)
  })

  /** Interrupts an installation when 600 kB of a megabyte have arrived. */
  async function interruptHalfWay({ url, bundle }: { url: string; bundle: string }) {
    origin.script(bundle, stall(600_000))
    const cli = startCli(['install', url, '--store', store, '--json'])
    await cli.says(/"bytesTransferred":600000\b/)
    cli.interrupt()
    return { exit: await cli.status, stderr: cli.stderr() }
  }

  test('that is interrupted keeps what it has, says so and ends with 130; the same command goes on', async () => {
    const plugin = await publish({ size: 1_000_000 })
    const { exit, stderr } = await interruptHalfWay(plugin)
    expect(exit).toBe(130)
    expect(stderr).toMatch(/^Interrupted\. .*the same command goes on from there\.\n$/)
    expect(await readdir(join(store, 'partials'))).toHaveLength(1)

    expect((await runCli('install', plugin.url, '--store', store)).status).toBe(0)
    expect(origin.bytesSent(plugin.bundle)).toBeLessThan(plugin.size + 65_536)
    expect(await readdir(join(store, 'partials'))).toEqual([])
  })

  test('does not go on with what it was not asked for', async () => {
    const charts = await publish({ size: 1_000_000 })
    const maps = await publish({ id: 'acme.maps' })
    await interruptHalfWay(charts)
    origin.forgetRequests()
    expect((await runCli('install', maps.url, '--store', store)).status).toBe(0)
    expect(origin.requests.filter(({ path }) => path === charts.bundle)).toEqual([])
  })

  test('of what is installed already sends for no bundle', async () => {
    const { url, bundle } = await publish()
    await runCli('install', url, '--store', store)
    origin.forgetRequests()
    const again = await runCli('install', url, '--store', store)
    expect(again).toMatchObject({ status: 0, stdout: expect.stringMatching(/^Installed acme\.charts 1\.0\.0/) })
    expect(origin.requests.filter(({ path }) => path === bundle)).toEqual([])
  })

  test('reads a manifest from a local path', async () => {
    await writeFile(join(root, 'hello.js'), 'export const hello = 1')
    const about = { input: join(root, 'hello.js'), id: 'acme.hello', version: '1.0.0', outDir: join(root, 'out') }
    const { manifestPath } = await packBundle(about)
    expect(await runCli('install', manifestPath, '--store', store)).toMatchObject({ status: 0 })
    expect((await runCli('cat', 'acme.hello', '--store', store)).stdout).toBe('export const hello = 1')
  })

  test.each([
    ['a path where nothing is', 'gone/manifest.json', /There is no file at gone\/manifest\.json/],
    ['a folder', tmpdir(), /is a folder; name the manifest\.json in it/],
    ['another kind of address', 'ftp://cdn.example/manifest.json', /only http, https and local paths/],
  ])('refuses %s before it makes a store', async (_, source, words) => {
    const { status: exit, stderr } = await runCli('install', source, '--store', store)
    expect(exit).toBe(1)
    expect(stderr).toMatch(words)
    expect(await readdir(root)).toEqual([])
  })
})

describe('an installed plugin', () => {
  const files = { 'index.js': 'export {}', 'data/numbers.txt': seededBytes(20_000, 'numbers').join('\n') }

  async function installPacked(): Promise<void> {
    await mkdir(join(root, 'in/data'), { recursive: true })
    for (const [path, text] of Object.entries(files)) await writeFile(join(root, 'in', path), text)
    const about = { input: join(root, 'in'), id: 'acme.charts', version: '2.1.0', name: 'Charts' }
    const { manifestPath } = await packBundle({ ...about, outDir: join(root, 'out'), chunkLength: 1024 })
    expect(await runCli('install', manifestPath, '--store', store)).toMatchObject({ status: 0 })
  }

  async function damage(offset: number): Promise<void> {
    const [name = ''] = await readdir(join(store, 'bundles'))
    const bundle = await open(join(store, 'bundles', name), 'r+')
    const { buffer } = await bundle.read(Buffer.alloc(1), 0, 1, offset)
    await bundle.write(Buffer.of((buffer[0] ?? 0) ^ 0xff), 0, 1, offset)
    await bundle.close()
  }

  test('is listed, verified, read and removed', async () => {
    await installPacked()
    expect((await runCli('list', '--store', store)).stdout).toMatch(
      /^ID +VERSION +SIZE +INSTALLED +NAME\nacme\.charts +2\.1\.0 +\d+ kB +\d{4}-\d\d-\d\d +Charts\n$/,
    )
    const [listed] = jsonLines((await runCli('list', '--store', store, '--json')).stdout)
    expect(listed).toMatchObject({ pluginId: 'acme.charts', version: '2.1.0', name: 'Charts', pinned: false })
    expect((await runCli('verify', '--store', store)).stdout).toMatch(
      /^acme\.charts 2\.1\.0: ok, every byte checked \(\d+ chunks\)\n$/,
    )
    expect(await runCli('cat', 'acme.charts', '--store', store)).toEqual({ status: 0, stdout: 'export {}', stderr: '' })
    const numbers = await runCli('cat', 'acme.charts', 'data/numbers.txt', '--store', store)
    expect(numbers.stdout === files['data/numbers.txt']).toBe(true)

    expect(await runCli('remove', 'acme.charts', '--store', store)).toMatchObject({ stdout: 'Removed acme.charts\n' })
    const empty = { status: 0, stdout: '', stderr: 'No plugins are installed.\n' }
    expect(await runCli('list', '--store', store)).toEqual(empty)
    expect(await runCli('verify', '--store', store)).toEqual(empty)
    expect(await readdir(join(store, 'bundles'))).toEqual([])
  })

  test('whose bytes changed is found by verify, chunk by chunk, and repaired when it is read', async () => {
    await installPacked()
    await damage(1030)
    const verified = await runCli('verify', 'acme.charts', '--store', store)
    expect(verified.status).toBe(3)
    expect(verified.stdout).toMatch(
      /^acme\.charts 2\.1\.0: corrupt, 1 of \d+ chunks damaged\n {2}chunk 1: bytes 1024-2047\n$/,
    )
    const [report] = jsonLines((await runCli('verify', '--store', store, '--json')).stdout)
    expect(report).toMatchObject({ ok: false, badChunks: [{ index: 1, offset: 1024, length: 1024 }] })

    const read = await runCli('cat', 'acme.charts', 'data/numbers.txt', '--store', store)
    expect(read).toMatchObject({ status: 0, stderr: expect.stringMatching(/^acme\.charts 2\.1\.0 .*repaired\n$/) })
    expect(read.stdout === files['data/numbers.txt']).toBe(true)
    expect(await runCli('verify', '--store', store)).toMatchObject({ status: 0 })
  })

  test('whose bytes changed, and whose source is gone, is never handed out', async () => {
    await installPacked()
    await damage(1030)
    await rm(join(root, 'out'), { recursive: true })
    const read = await runCli('cat', 'acme.charts', 'data/numbers.txt', '--store', store)
    expect(read).toMatchObject({ status: 3, stdout: '', stderr: expect.stringMatching(/^plugdock: .+\n$/) })
  })

  test('whose bundle is gone is told by verify, which goes on to the next', async () => {
    const { url } = await publish({ id: 'acme.maps' })
    await runCli('install', url, '--store', store)
    const [maps = ''] = await readdir(join(store, 'bundles'))
    await installPacked()
    const [charts = ''] = (await readdir(join(store, 'bundles'))).filter((name) => name !== maps)
    await rm(join(store, 'bundles', charts))

    const { status: exit, stdout } = await runCli('verify', '--store', store)
    expect(exit).toBe(3)
    expect(stdout).toMatch(/^acme\.charts 2\.1\.0 .*missing.*\nacme\.maps 1\.0\.0: ok/)
    const reports = jsonLines((await runCli('verify', '--store', store, '--json')).stdout)
    expect(reports.map(({ pluginId, ok }) => [pluginId, ok])).toEqual([
      ['acme.charts', false],
      ['acme.maps', true],
    ])
  })

  test.each([
    ['cat of a file it does not have', ['cat', 'acme.charts', 'gone.js'], /gone\.js/],
    ['cat of another plugin', ['cat', 'acme.maps'], /acme\.maps is not installed/],
    ['verify of another plugin', ['verify', 'acme.maps'], /acme\.maps is not installed/],
    ['remove of another plugin', ['remove', 'acme.maps'], /acme\.maps is not installed/],
  ])('%s ends with 1', async (_, args, words) => {
    await installPacked()
    const { status: exit, stdout, stderr } = await runCli(...args, '--store', store)
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' })
    expect(stderr).toMatch(words)
    expect(stderr).toMatch(/^plugdock: .+\n$/)
  })

  test('in a store that is in use is waited for, and then it is told who uses it', async () => {
    await installPacked()
    const dock = await openDock({ directory: store })
    const refused = await runCli('list', '--store', store, '--wait', '0')
    expect(refused.status).toBe(1)
    expect(refused.stderr).toMatch(new RegExp(`^plugdock: .*${process.pid}.*\n$`))
    const waiting = runCli('list', '--store', store, '--wait', '60')
    await dock.close()
    expect((await waiting).status).toBe(0)
  })
})
