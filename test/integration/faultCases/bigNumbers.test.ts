import { describe, expect, it } from 'vitest'
import { createNodeDigester } from '../../../src/adapters/nodeDigester.js'
import { createNodeHttp } from '../../../src/adapters/nodeHttp.js'
import { createNodeHttpFetcher } from '../../../src/adapters/nodeHttpFetcher.js'
import { createSystemClock } from '../../../src/adapters/systemClock.js'
import { toBase64 } from '../../../src/domain/bytes.js'
import { parseManifest } from '../../../src/domain/manifest.js'
import { createLocalEngine } from '../../../src/engine/localEngine.js'
import type { BundleStore, PartialBundle } from '../../../src/ports/bundleStore.js'
import type { Digester } from '../../../src/ports/digester.js'
import type { TransferJob, TransferWatch } from '../../../src/ports/transferEngine.js'
import { always, buildPlugin, dropAfter, lieAboutRange, seededBytes } from '../../../src/testing/index.js'
import { head, openRawServer } from './rawServer.js'
import { whenResumed } from './serverFaults.js'
import { HALF_WAY, VARIANTS } from './stage.js'
import { expectInstalled } from './story.js'

const CHUNK_BYTES = 32 * 1024 * 1024
/** All but the last lie on the disk. */
const CHUNK_COUNT = 129
const LAST_OFFSET = (CHUNK_COUNT - 1) * CHUNK_BYTES
const LAST_BYTES = seededBytes(1000, 'last')
const SIZE = LAST_OFFSET + LAST_BYTES.length

/** A chunk's first bytes stand for its digest: 4 GiB are hashed in no time. */
const firstBytes: Digester = {
  ...createNodeDigester(),
  digest: async (bytes) => bytes.slice(0, 32),
  wholeDigestIsCheap: false,
}

/** A partial of zeros that takes up no room, and what was written behind them. */
function sparseStore(written: Map<number, Uint8Array>): BundleStore {
  const zeros = new Uint8Array(CHUNK_BYTES)
  const partial: PartialBundle = {
    size: LAST_OFFSET,
    read: async (_, length) => zeros.subarray(0, length),
    write: async (offset, bytes) => void written.set(offset, bytes.slice()),
    truncate: async () => {},
    flush: async () => {},
    seal: async () => {},
    close: async () => {},
  }
  return {
    openPartial: async () => partial,
    deletePartial: async () => {},
    openBundle: async () => undefined,
    deleteBundle: async () => {},
    deleteUnknown: async () => {},
    list: async () => [],
    availableBytes: async () => undefined,
  }
}

function jobFor(url: string): TransferJob {
  const digests = new Uint8Array(CHUNK_COUNT * 32)
  digests.set(LAST_BYTES.subarray(0, 32), (CHUNK_COUNT - 1) * 32)
  return {
    taskId: 'task',
    partialKey: 'partial',
    urls: [url],
    size: SIZE,
    integrity: `sha256-${'A'.repeat(43)}=`,
    chunks: { algorithm: 'sha256', lengths: CHUNK_BYTES, digests: toBase64(digests) },
    donors: [],
    validator: undefined,
    connections: { perDownload: 1, perOrigin: 1 },
    timeouts: { connectMs: 30_000, headersMs: 30_000, stallMs: 20_000 },
  }
}

function watchFor(): TransferWatch {
  return {
    meter: { bytesDownloaded: 0, bytesReused: 0, bytesTransferred: 0, lastByteAt: 0 },
    keepValidator: async () => {},
    refreshUrl: async () => undefined,
    signal: new AbortController().signal,
  }
}

describe('big numbers', () => {
  it('H57 a file of more than 4 GiB -> asked for, checked and written behind 2^32', async () => {
    const server = await openRawServer((socket, asked) => {
      const contentRange = `bytes ${asked.offset}-${SIZE - 1}/${SIZE}`
      socket.write(head(206, { 'content-length': LAST_BYTES.length, 'content-range': contentRange }))
      socket.write(LAST_BYTES)
    })
    const clock = createSystemClock()
    const http = createNodeHttp()
    const written = new Map<number, Uint8Array>()
    const ports = { clock, digester: firstBytes, fetcher: createNodeHttpFetcher({ clock, http }) }
    const engine = createLocalEngine({ ...ports, bundles: sparseStore(written) })
    const watch = watchFor()
    expect(await engine.transfer(jobFor(server.url), watch)).toMatchObject({ ok: true })
    http.close()
    expect(LAST_OFFSET).toBe(2 ** 32)
    expect(server.asked.map(({ headers }) => headers.range)).toEqual([expect.stringMatching(/^bytes=4294967296-/)])
    expect([...written]).toEqual([[LAST_OFFSET, new Uint8Array(LAST_BYTES)]])
    expect(watch.meter).toMatchObject({ bytesDownloaded: SIZE, bytesTransferred: LAST_BYTES.length })
  })

  it.each([2 ** 53, 2 ** 64, Number.POSITIVE_INFINITY])(
    'H57 a manifest that says %d bytes -> refused',
    async (size) => {
      const { manifest } = await buildPlugin({ chunkLengths: 'none' })
      const claimed = { ...manifest, bundle: { ...manifest.bundle, size } }
      expect(() => parseManifest(claimed)).toThrow(expect.objectContaining({ code: 'manifest' }))
    },
  )

  it.each(VARIANTS)('H57 Content-Range with numbers above 2^53, %s -> refused, never wrapped', async (variant) => {
    const huge = '18446744073709551616'
    const lies = [`bytes ${huge}-${huge}5/${huge}9`, `bytes 100000-262143/${huge}`]
    for (const lie of lies) {
      const faults = [dropAfter(HALF_WAY), always(whenResumed(lieAboutRange(lie)))]
      await expectInstalled({ variant, faults }, { failures: 1, restarts: 1 })
    }
  })
})
