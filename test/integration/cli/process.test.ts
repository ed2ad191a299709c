import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { packBundle } from '../../../src/publish/index.js'
import {
  buildPlugin,
  createScriptedOrigin,
  type ListeningOrigin,
  publishOn,
  type ScriptedOrigin,
  stall,
} from '../../../src/testing/index.js'

type CliProcess = ChildProcessByStdio<null, Readable, Readable>

const CLI = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url))
const BUNDLE = '/acme.charts/acme.charts-1.0.0.bin'
const SIZE = 1_000_000

let root: string
let store: string
let origin: ScriptedOrigin
let server: ListeningOrigin

beforeAll(() =>
  access(CLI).catch((cause: unknown) => {
    throw new Error('The package is not built: `npm run build` comes first', { cause })
  }),
)

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'plugdock-process-'))
  store = join(root, 'store')
  origin = createScriptedOrigin()
  server = await origin.listen()
})

afterEach(async () => {
  await server.close()
  await rm(root, { recursive: true, force: true })
})

function start(...args: readonly string[]): CliProcess {
  return spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Both streams to their ends, and what it ended with. */
async function outcome(child: CliProcess) {
  const ended = once(child, 'exit')
  const [stdout, stderr, [status, signal]] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { stdout, stderr, status, signal }
}

function run(...args: readonly string[]) {
  return outcome(start(...args))
}

/** Settles when standard output matches; what was read stays there for others. */
function says(child: CliProcess, pattern: RegExp): Promise<void> {
  let heard = ''
  return new Promise((resolve) => {
    child.stdout.on('data', (piece: Buffer) => {
      heard += piece.toString()
      if (pattern.test(heard)) resolve()
    })
  })
}

async function publish(): Promise<string> {
  return server.url + new URL(publishOn(origin, await buildPlugin({ size: SIZE }))).pathname
}

/** A process that installs, of whose megabyte 600 kB have arrived and no more come. */
async function installHalfWay(url: string): Promise<CliProcess> {
  origin.script(BUNDLE, stall(600_000))
  const child = start('install', url, '--store', store, '--json')
  await says(child, /"bytesDownloaded":[1-9]/)
  return child
}

test('killed in the middle of a download, the next run goes on from what had been written', async () => {
  const url = await publish()
  const child = await installHalfWay(url)
  child.kill('SIGKILL')
  expect(await outcome(child)).toMatchObject({ signal: 'SIGKILL' })
  expect(await readdir(join(store, 'partials'))).toHaveLength(1)

  origin.forgetRequests()
  expect(await run('install', url, '--store', store)).toMatchObject({ status: 0 })
  const [request] = origin.requests.filter(({ path }) => path === BUNDLE)
  expect(request?.headers.range).toMatch(/^bytes=[1-9]\d+-/)
  expect(await run('verify', '--store', store)).toMatchObject({ status: 0 })
  expect(await readdir(join(store, 'partials'))).toEqual([])
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s pauses the download and ends with 130', async (signal) => {
  const child = await installHalfWay(await publish())
  child.kill(signal)
  expect(await outcome(child)).toMatchObject({ status: 130, stderr: expect.stringMatching(/^Interrupted\. .*\n$/) })
  expect(await readdir(join(store, 'partials'))).toHaveLength(1)
})

test('a second process is told who has the store, and ends with 1', async () => {
  const child = await installHalfWay(await publish())
  const refused = await run('list', '--store', store, '--wait', '0')
  expect(refused).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(String(child.pid)) })
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await run('list', '--store', store)).toMatchObject({ status: 0 })
})

test('a reader that has seen enough is no failure', async () => {
  await writeFile(join(root, 'long.txt'), 'a line\n'.repeat(200_000))
  const about = { input: join(root, 'long.txt'), id: 'acme.long', version: '1.0.0', outDir: join(root, 'out') }
  const { manifestPath } = await packBundle(about)
  expect(await run('install', manifestPath, '--store', store)).toMatchObject({ status: 0 })

  const child = start('cat', 'acme.long', '--store', store)
  child.stdout.once('data', () => child.stdout.destroy())
  const errors = text(child.stderr)
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(await errors).toBe('')
})

test('serve ends with 0 when it is interrupted', async () => {
  const child = start('serve', root)
  await says(child, /http:\/\/127\.0\.0\.1:\d+\/\n/)
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('wrong usage ends with 2, one line and no stack', async () => {
  expect(await run('instal')).toEqual({
    status: 2,
    signal: null,
    stdout: '',
    stderr: "plugdock: unknown command 'instal' (Did you mean install?)\n",
  })
})
