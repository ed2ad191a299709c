import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDock } from '../../../src/hosts/node/openDock.js'
import { buildPlugin, createScriptedOrigin, type ListeningOrigin, publishOn } from '../../../src/testing/index.js'
import { jsonLines, runCli } from './runCli.js'

const ID = 'acme.charts'
const origin = createScriptedOrigin()
let store: string
let server: ListeningOrigin

beforeEach(async () => {
  store = await mkdtemp(join(tmpdir(), 'plugdock-cli-'))
  server = await origin.listen()
})
afterEach(async () => {
  await server.close()
  await rm(store, { recursive: true, force: true })
})

async function publish(version: string): Promise<string> {
  const { pathname } = new URL(publishOn(origin, await buildPlugin({ version })))
  return server.url + pathname
}

/** As an app does that ran it. */
async function confirm(): Promise<void> {
  const dock = await openDock({ directory: store })
  await (await dock.plugins.load(ID)).confirmHealthy()
  await dock.close()
}

describe('rollback', () => {
  test('goes back to the version before, and says so', async () => {
    for (const version of ['1.0.0', '2.0.0']) await runCli('install', await publish(version), '--store', store)
    const back = await runCli('rollback', ID, '--store', store)
    expect(back).toEqual({ status: 0, stdout: `${ID} is back at 1.0.0\n`, stderr: '' })
    const { stdout } = await runCli('list', '--store', store, '--json')
    expect(jsonLines(stdout)).toMatchObject([{ pluginId: ID, version: '1.0.0' }])
    const again = await runCli('rollback', ID, '--store', store, '--json')
    expect(jsonLines(again.stdout)).toEqual([{ type: 'rolledBack', pluginId: ID, version: '2.0.0' }])
  })

  test('without a version before ends with 1, in one line', async () => {
    await runCli('install', await publish('1.0.0'), '--store', store)
    const { status, stderr } = await runCli('rollback', ID, '--store', store)
    expect([status, stderr]).toEqual([1, `plugdock: ${ID} has no earlier version on this device\n`])
  })
})

describe('install of a version that is older than one that works', () => {
  test('is refused; with --allow-downgrade it is installed', async () => {
    await runCli('install', await publish('2.0.0'), '--store', store)
    await confirm()
    const url = await publish('1.0.0')
    const refused = await runCli('install', url, '--store', store, '--json')
    expect(refused.status).toBe(1)
    expect(jsonLines(refused.stdout).at(-1)).toMatchObject({ type: 'failed', pluginId: ID, code: 'downgrade' })
    expect(await runCli('install', url, '--store', store, '--allow-downgrade')).toMatchObject({ status: 0 })
    const { stdout } = await runCli('list', '--store', store, '--json')
    expect(jsonLines(stdout)).toMatchObject([{ version: '1.0.0', health: 'untried' }])
  })

  test('reading, checking and listing from the command line begins no trial', async () => {
    await runCli('install', await publish('1.0.0'), '--store', store)
    await runCli('cat', ID, '--store', store)
    await runCli('verify', '--store', store)
    const { stdout } = await runCli('list', '--store', store, '--json')
    expect(jsonLines(stdout)).toMatchObject([{ health: 'untried' }])
  })
})
