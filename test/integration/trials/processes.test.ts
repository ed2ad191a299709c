import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDock } from '../../../src/hosts/node/openDock.js'
import { buildPlugin, createScriptedOrigin, type ListeningOrigin, publishOn } from '../../../src/testing/index.js'

const ID = 'acme.charts'
const PACKAGE = fileURLToPath(new URL('../../../dist/src/hosts/node/index.js', import.meta.url))
const SCRIPT = fileURLToPath(new URL('activatingProcess.mjs', import.meta.url))

const origin = createScriptedOrigin()
let server: ListeningOrigin
let store: string

beforeAll(() =>
  access(PACKAGE).catch((cause: unknown) => {
    throw new Error('The package is not built: `npm run build` comes first', { cause })
  }),
)
beforeEach(async () => {
  store = await mkdtemp(join(tmpdir(), 'plugdock-trials-'))
  server = await origin.listen()
})
afterEach(async () => {
  await server.close()
  await rm(store, { recursive: true, force: true })
})

/** The first version works; the second one is installed, and nobody has run it. */
async function installTwo({ body = '', directory = store } = {}): Promise<void> {
  const dock = await openDock({ directory })
  for (const version of ['1.0.0', '2.0.0']) {
    const code = `${version === '2.0.0' ? body : ''}\nexport const version = '${version}'`
    const bytes = new TextEncoder().encode(code)
    const plugin = await buildPlugin({ version, bytes, chunkLengths: bytes.length })
    const { pathname } = new URL(publishOn(origin, plugin))
    await (await dock.downloads.startDownload(server.url + pathname)).finished
    const loaded = await dock.plugins.load(ID)
    if (version === '1.0.0') await loaded.confirmHealthy()
  }
  await dock.close()
}

function start(stores: readonly string[] = [store]) {
  const args = [SCRIPT, pathToFileURL(PACKAGE).href, ID, ...stores]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  return { child, said: once(child.stdout, 'data').then(([text]) => String(text).trim()), ended: once(child, 'exit') }
}

/** The version that it runs when `signal` ends it. */
async function runUntil(signal: 'SIGKILL' | 'SIGTERM' | 'SIGINT', stores?: readonly string[]): Promise<string> {
  const { child, said, ended } = start(stores)
  const words = await said
  child.kill(signal)
  expect(await ended).toEqual([null, signal])
  return words
}

describe('L4 a process dies while a version is on trial', () => {
  it('killed three times -> the version before runs', async () => {
    await installTwo()
    for (let death = 1; death <= 3; death++) expect(await runUntil('SIGKILL')).toBe('running 2.0.0')
    expect(await runUntil('SIGKILL')).toBe('running 1.0.0')
  })

  it('the plugin ends the process, three times -> the version before runs', async () => {
    await installTwo({ body: 'process.exit(7)' })
    for (let death = 1; death <= 3; death++) expect(await start().ended).toEqual([7, null])
    expect(await runUntil('SIGTERM')).toBe('running 1.0.0')
  })
})

describe('L6 a person ends the app while a version is on trial', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    '%s, five times -> ends as it would, and nothing is rolled back',
    async (signal) => {
      await installTwo()
      for (let end = 1; end <= 5; end++) expect(await runUntil(signal)).toBe('running 2.0.0')
      const dock = await openDock({ directory: store })
      expect(await dock.plugins.versions(ID)).toMatchObject([
        { version: '2.0.0', role: 'active' },
        { version: '1.0.0' },
      ])
      await dock.close()
      expect(await readdir(store)).not.toContain('left.json')
    },
  )

  it('an app with two docks -> the same', async () => {
    const second = join(store, 'second')
    await installTwo()
    await installTwo({ directory: second })
    for (let end = 1; end <= 4; end++) expect(await runUntil('SIGTERM', [store, second])).toBe('running 2.0.0 2.0.0')
  })
})
