import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDock } from '../../../src/hosts/node/openDock.js'
import { buildPlugin, createScriptedOrigin, type ListeningOrigin, publishOn } from '../../../src/testing/index.js'
import { jsonLines, runCli } from './runCli.js'

const SIZE = 300_000

let root: string
let store: string
let server: ListeningOrigin

/** A store with `acme.a` in two versions, then `acme.b`. */
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'plugdock-cli-'))
  store = join(root, 'store')
  const origin = createScriptedOrigin()
  server = await origin.listen()
  const builds = [{ id: 'acme.a' }, { id: 'acme.a', version: '2.0.0' }, { id: 'acme.b' }]
  for (const build of builds) {
    const { pathname } = new URL(publishOn(origin, await buildPlugin(build)))
    expect((await runCli('install', server.url + pathname, '--store', store)).status).toBe(0)
  }
})

afterEach(async () => {
  await server.close()
  await rm(root, { recursive: true, force: true })
})

const bundles = async (): Promise<number> => (await readdir(join(store, 'bundles'))).length

test('evict with --dry-run -> says what would go, and nothing goes', async () => {
  const { status, stdout } = await runCli('evict', '100K', '--store', store, '--dry-run')
  expect([status, stdout]).toEqual([0, 'Would remove acme.a 2.0.0 (plugin, 600 kB)\nWould free 600 kB\n'])
  expect(await bundles()).toBe(3)
})

test('evict -> removes what was used longest ago, with all its versions', async () => {
  const { status, stdout } = await runCli('evict', '100K', '--store', store, '--json')
  expect(status).toBe(0)
  expect(jsonLines(stdout)).toEqual([
    {
      type: 'evicted',
      bytesToFree: 102_400,
      bytesFreed: 2 * SIZE,
      sufficient: true,
      items: [{ kind: 'plugin', pluginId: 'acme.a', version: '2.0.0', sizeBytes: 2 * SIZE }],
    },
  ])
  expect(await bundles()).toBe(1)
})

test('evict more than may go -> what may goes, it says how much is missing, and ends with 1', async () => {
  const dock = await openDock({ directory: store })
  await dock.storage.pin('acme.b')
  await dock.close()
  const { status, stdout, stderr } = await runCli('evict', '1M', '--store', store)
  expect([status, stdout]).toEqual([1, 'Removed acme.a 2.0.0 (plugin, 600 kB)\nFreed 600 kB\n'])
  expect(stderr).toMatch(/^plugdock: That is 448 kB too little: .*\n$/)
  expect((await runCli('list', '--store', store)).stdout).toMatch(/acme\.b/)
})

test('gc -> versions that are kept no more go; done twice -> nothing is left to do', async () => {
  const first = await runCli('gc', '--store', store)
  expect([first.status, first.stdout]).toEqual([0, 'Nothing to remove.\n'])
  const dock = await openDock({ directory: store, storage: { keepPreviousVersions: 0 } })
  expect(await dock.storage.cleanupOldVersions()).toMatchObject({ bytesFreed: SIZE })
  await dock.close()
  const { stdout } = await runCli('gc', '--store', store, '--json')
  expect(jsonLines(stdout)).toEqual([{ type: 'collected', removed: [], orphans: [], bytesFreed: 0 }])
  expect(await bundles()).toBe(2)
})
