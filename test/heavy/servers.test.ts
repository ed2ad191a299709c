import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { findServers, SERVER_NAMES, type ServerName } from './servers/findServers.js'
import { Installing, type InstallingOptions, UNTIL_IT_IS_BACK } from './servers/installing.js'
import { CHUNK_BYTES, compressibleBytes, type Knowledge, MADE_AT, Site, TOUCHED_AT } from './servers/site.js'

const MINUTES = 60_000
const MIB = 1024 * 1024
/** Ends within a chunk, and is worth more than one connection. */
const SIZE = 8 * MIB + 12_345
const HELD_AT = 3 * MIB
/** Of a file that turns out to be another: each of its chunks is a failure, and two connections read ahead of them. */
const READ_AHEAD_BYTES = 2 * MIB

const KNOWLEDGE: readonly Knowledge[] = ['chunks', 'no chunks']
/** An install of a bundle without chunks may start over once. */
const RESTART: Readonly<Record<Knowledge, number>> = { chunks: 0, 'no chunks': SIZE }

let paths: Readonly<Record<ServerName, string>>
let site: Site

beforeAll(async () => {
  paths = await findServers()
}, 5 * MINUTES)

/** Half way: the gate is shut, and the returned connections, of which each may lose a chunk, stand before it. */
async function installHalfWay(knowledge: Knowledge, options?: InstallingOptions) {
  const held = site.gate.holdAfter(HELD_AT)
  const installing = await Installing.start(site, knowledge, options)
  onTestFinished(() => installing.close())
  await held
  return { installing, connections: site.gate.connections }
}

function cutAndGoOn(): void {
  site.gate.cut()
  site.gate.release()
}

describe.each(SERVER_NAMES)('%s', (name) => {
  describe.each(['off', 'on'] as const)('gzip %s', (compression) => {
    beforeEach(async () => {
      site = await Site.open({ name, path: paths[name], compression, sizeBytes: SIZE })
    })
    afterEach(() => site.close())

    test('who accepts gzip and wants all -> gets what this server was set up to send', async () => {
      const answer = await fetch(site.bundleUrl, { headers: { 'accept-encoding': 'gzip' } })
      expect(answer.headers.get('content-encoding')).toBe(compression === 'on' ? 'gzip' : null)
      expect(Buffer.from(await answer.arrayBuffer()).equals(site.bytes)).toBe(true)
    })

    describe.each(KNOWLEDGE)('%s', (knowledge) => {
      test('nothing happens -> right bytes, each read once', async () => {
        const installing = await Installing.start(site, knowledge)
        onTestFinished(() => installing.close())
        expect(await installing.outcome()).toBe('installed the right bytes')
        expect(installing.bytesTransferred).toBe(SIZE)
      })

      test('interrupted twice -> right bytes, at most a chunk read again for each connection', async () => {
        const { installing, connections } = await installHalfWay(knowledge)
        site.gate.cut()
        await site.gate.holdAfter(HELD_AT / 2)
        const lost = connections + site.gate.connections
        cutAndGoOn()
        expect(await installing.outcome()).toBe('installed the right bytes')
        expect(installing.bytesTransferred).toBeLessThanOrEqual(SIZE + lost * CHUNK_BYTES)
      })

      test('the server is killed, and started again -> right bytes, at most a chunk read again', async () => {
        const { installing, connections } = await installHalfWay(knowledge, { retry: UNTIL_IT_IS_BACK })
        await site.server.kill()
        site.gate.release()
        await site.server.start()
        expect(await installing.outcome()).toBe('installed the right bytes')
        expect(installing.bytesTransferred).toBeLessThanOrEqual(SIZE + connections * CHUNK_BYTES)
      })

      test('other bytes of the same size, time and ETag -> typed error; the right ones are back -> installed', async () => {
        const { installing } = await installHalfWay(knowledge)
        const etag = await site.etag()
        await site.put(compressibleBytes(SIZE, 'wrong'), MADE_AT)
        expect(await site.etag()).toBe(etag)
        cutAndGoOn()
        expect(await installing.outcome()).toBe('failed: integrity')
        expect(await installing.dock.storage.getInstalledPlugins()).toEqual([])
        const wastedBytes = installing.bytesTransferred - installing.task.progress.bytesDownloaded
        expect(installing.bytesTransferred).toBeLessThanOrEqual(SIZE + RESTART[knowledge] + READ_AHEAD_BYTES)

        await site.put(site.bytes, MADE_AT)
        await installing.retry()
        expect(await installing.outcome()).toBe('installed the right bytes')
        expect(installing.bytesTransferred).toBeLessThanOrEqual(wastedBytes + SIZE + CHUNK_BYTES)
      })

      test('touched: the same bytes under another ETag -> right bytes', async () => {
        const { installing, connections } = await installHalfWay(knowledge)
        const etag = await site.etag()
        await site.put(site.bytes, TOUCHED_AT)
        expect(await site.etag()).not.toBe(etag)
        cutAndGoOn()
        expect(await installing.outcome()).toBe('installed the right bytes')
        expect(installing.bytesTransferred).toBeLessThanOrEqual(SIZE + RESTART[knowledge] + connections * CHUNK_BYTES)
      })
    })
  })
})
