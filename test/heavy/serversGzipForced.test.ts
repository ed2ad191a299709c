import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { findServers, SERVER_NAMES, type ServerName } from './servers/findServers.js'
import { Installing, UNTIL_IT_IS_BACK } from './servers/installing.js'
import { compressibleBytes, MADE_AT, Site } from './servers/site.js'

const MINUTES = 60_000
const MIB = 1024 * 1024
const SIZE = 4 * MIB + 12_345
/** Of what was compressed: about a third of it. */
const HELD_AT = MIB / 2

let paths: Readonly<Record<ServerName, string>>
let site: Site

beforeAll(async () => {
  paths = await findServers()
}, 5 * MINUTES)

describe.each(SERVER_NAMES)('%s compresses although it was asked not to', (name) => {
  beforeEach(async () => {
    site = await Site.open({ name, path: paths[name], compression: 'forced', sizeBytes: SIZE })
  })
  afterEach(() => site.close())

  test('who accepts nothing but identity -> gets gzip, so this is the server that it should be', async () => {
    const answer = await fetch(site.bundleUrl, { headers: { 'accept-encoding': 'identity', range: 'bytes=0-' } })
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    await answer.body?.cancel()
  })

  describe.each(['chunks', 'no chunks'] as const)('%s', (knowledge) => {
    test('nothing happens -> right bytes, counted as they are read', async () => {
      const installing = await Installing.start(site, knowledge)
      onTestFinished(() => installing.close())
      expect(await installing.outcome()).toBe('installed the right bytes')
      expect(installing.bytesTransferred).toBe(SIZE)
    })

    test('interrupted -> right bytes, although no part can be asked for', async () => {
      const held = site.gate.holdAfter(HELD_AT)
      const installing = await Installing.start(site, knowledge)
      onTestFinished(() => installing.close())
      await held
      site.gate.cut()
      site.gate.release()
      expect(await installing.outcome()).toBe('installed the right bytes')
      expect(installing.bytesTransferred).toBeLessThanOrEqual(2 * SIZE)
    })

    test('the server is killed, and started again -> right bytes', async () => {
      const held = site.gate.holdAfter(HELD_AT)
      const installing = await Installing.start(site, knowledge, { retry: UNTIL_IT_IS_BACK })
      onTestFinished(() => installing.close())
      await held
      await site.server.kill()
      site.gate.release()
      await site.server.start()
      expect(await installing.outcome()).toBe('installed the right bytes')
      expect(installing.bytesTransferred).toBeLessThanOrEqual(2 * SIZE)
    })

    test('other bytes of the same size and time -> typed error, nothing installed', async () => {
      const held = site.gate.holdAfter(HELD_AT)
      const installing = await Installing.start(site, knowledge)
      onTestFinished(() => installing.close())
      await held
      await site.put(compressibleBytes(SIZE, 'wrong'), MADE_AT)
      site.gate.cut()
      site.gate.release()
      expect(await installing.outcome()).toBe('failed: integrity')
      expect(await installing.dock.storage.getInstalledPlugins()).toEqual([])
    })
  })
})
