import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CliProcess } from './servers/cliProcess.js'
import { findServers, SERVER_NAMES, type ServerName } from './servers/findServers.js'
import { CHUNK_BYTES, Site, sealedBundles } from './servers/site.js'

const MINUTES = 60_000
const MIB = 1024 * 1024
const SIZE = 8 * MIB + 12_345
const HELD_AT = 3 * MIB
/** Of one answer, and more than any of these servers sends. */
const HEAD_BYTES = 1024
/** Without a chunk map bytes are written a slab at a time: that much a killed process had read and not written. */
const SLAB_BYTES = MIB

let paths: Readonly<Record<ServerName, string>>
let site: Site

beforeAll(async () => {
  paths = await findServers()
}, 5 * MINUTES)

describe.each(SERVER_NAMES)('%s, and the client is killed', (name) => {
  beforeEach(async () => {
    site = await Site.open({ name, path: paths[name], compression: 'on', sizeBytes: SIZE })
  })
  afterEach(() => site.close())

  test.each([
    ['chunks', CHUNK_BYTES],
    ['no chunks', SLAB_BYTES],
  ] as const)(
    '%s: half way, and started again -> right bytes, at most %i read again for each connection',
    async (knowledge, lostBytes) => {
      const directory = join(site.folder, 'store')
      const manifest = await site.publishManifest(knowledge)
      const held = site.gate.holdAfter(HELD_AT)
      const killed = await CliProcess.install(manifest, directory)
      // what a killed process leaves in the sockets' buffers is not counted: here, nothing
      const hasReadAll = killed.says(({ bytesTransferred, bytesDownloaded }) => {
        const { connectionsSoFar } = site.gate
        const isWritten = bytesDownloaded > HELD_AT - connectionsSoFar * (HEAD_BYTES + lostBytes)
        return bytesTransferred > HELD_AT - connectionsSoFar * HEAD_BYTES && isWritten
      })
      await held
      await hasReadAll
      // one that has ended may have left the beginning of a chunk in the killed process's memory
      const { connectionsSoFar } = site.gate
      await killed.kill()

      const second = await CliProcess.install(manifest, directory)
      const begun = await second.says(({ state }) => state === 'downloading')
      site.gate.release()
      expect(await second.status()).toBe(0)
      const [bundle, ...others] = await sealedBundles(directory)
      expect(others).toEqual([])
      expect(bundle?.equals(site.bytes)).toBe(true)
      expect(second.latest).toMatchObject({ state: 'installed', bytesDownloaded: SIZE })
      const readBytes = HELD_AT + (second.latest?.bytesTransferred ?? Number.NaN) - begun.bytesTransferred
      expect(readBytes).toBeLessThanOrEqual(SIZE + connectionsSoFar * (lostBytes + HEAD_BYTES))
    },
  )
})
