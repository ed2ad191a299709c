import { describe, expect, it } from 'vitest'
import { StorageError } from '../../../src/domain/errors/index.js'
import { seededBytes } from '../../../src/testing/index.js'
import { failureOf } from '../plugins/memoryBundle.js'
import { CHUNK_BYTES, createServedStage, ID, type ServedStage, type ServedStageOptions } from './servedStage.js'

/** More than is read at once. */
const BIG = seededBytes(2_500_000, 'big')
const CONTENTS = { 'index.js': 'export default 1\n', 'data/big.bin': BIG, 'data/end.bin': seededBytes(200_000, 'end') }

async function openInstalled(options: ServedStageOptions = {}) {
  const stage = await createServedStage(options)
  const address = await stage.install(CONTENTS)
  stage.origin.forgetRequests()
  return { stage, address }
}

/** Flips one byte of what is stored; of a file, by its offset in it. */
function flip(stage: ServedStage, address: string, content: Uint8Array, at: number): void {
  const stored = stage.host.bundles.bytesOf('bundle', address)
  if (!stored) throw new Error('There is no such bundle')
  const offset = Buffer.from(stored.buffer, stored.byteOffset, stored.length).indexOf(content) + at
  stored[offset] = (stored[offset] ?? 0) ^ 1
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer())
}

const nobodyRepairs: ServedStageOptions = { platform: (own) => ({ ...own, askAnyPage: async () => undefined }) }

describe('stored bytes are not what was installed, and a page can repair them', () => {
  it.each([0, 1_000_000, 2_499_999])('byte %i of a file -> answered with the right bytes', async (at) => {
    const { stage, address } = await openInstalled()
    flip(stage, address, BIG, at)
    const response = await stage.get(address, 'data/big.bin')
    expect(response.status).toBe(200)
    expect(Buffer.compare(await bytesOf(response), BIG)).toBe(0)
    expect(stage.origin.requests).toHaveLength(1)
    expect(await stage.dock.storage.verify(ID)).toMatchObject({ ok: true })
  })

  it('the directory of the archive -> answered', async () => {
    const { stage, address } = await openInstalled()
    flip(stage, address, Buffer.from('PK\x01\x02'), 20)
    expect(await (await stage.get(address, 'index.js')).text()).toBe('export default 1\n')
  })

  it('the file is missing -> answered', async () => {
    const { stage, address } = await openInstalled()
    await stage.host.bundles.deleteBundle(address)
    expect(await (await stage.get(address, 'index.js')).text()).toBe('export default 1\n')
  })

  it('the list of its chunks -> answered', async () => {
    const { stage, address } = await openInstalled()
    stage.host.records.spoil(`chunks/${address}`, undefined)
    expect(await (await stage.get(address, 'index.js')).text()).toBe('export default 1\n')
  })

  it('somebody else has repaired it since it was opened -> answered, and nobody is asked', async () => {
    let isDamaged = true
    const stage = await createServedStage({
      platform: (own) => ({
        ...own,
        openStores: async () => {
          const stores = await own.openStores()
          if (!stores) return undefined
          const openBundle = async (address: string) => {
            const reader = await stores.bundles.openBundle(address)
            const wasDamaged = isDamaged
            isDamaged = false
            const read = async (offset: number, length: number) => {
              const bytes = (await reader?.read(offset, length)) ?? new Uint8Array()
              return offset === 0 && wasDamaged ? new Uint8Array(bytes.length) : bytes
            }
            return reader && { size: reader.size, read, close: () => reader.close() }
          }
          return { ...stores, bundles: { openBundle } }
        },
      }),
    })
    const address = await stage.install(CONTENTS)
    expect(await (await stage.get(address, 'index.js')).text()).toBe('export default 1\n')
    expect(stage.page.asked).toEqual([])
  })
})

describe('stored bytes are not what was installed, and nobody can repair them', () => {
  it('at the start of a file -> 502, and the next file is served', async () => {
    const { stage, address } = await openInstalled(nobodyRepairs)
    flip(stage, address, BIG, 0)
    const { response, ended } = (await stage.request(stage.urlOf(address, 'data/big.bin'))) ?? expect.unreachable()
    expect([response.status, response.headers.get('x-plugdock-error')]).toEqual([502, 'corrupt'])
    expect(await response.text()).toContain('load the plugin again with a connection')
    await ended
    expect((await stage.get(address, 'data/end.bin')).status).toBe(200)
  })

  it('further on -> what comes before is right, then the answer breaks', async () => {
    const { stage, address } = await openInstalled(nobodyRepairs)
    flip(stage, address, BIG, 2_000_000)
    const { response, ended } = (await stage.request(stage.urlOf(address, 'data/big.bin'))) ?? expect.unreachable()
    const reader = response.body?.getReader()
    const pieces: Uint8Array[] = []
    const error = await failureOf(
      (async () => {
        for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) pieces.push(next.value)
      })(),
    )
    expect(error).toMatchObject({ code: 'corrupt' })
    const got = Buffer.concat(pieces)
    expect(Buffer.compare(got, BIG.subarray(0, got.length))).toBe(0)
    expect(got.length).toBeLessThanOrEqual(2_000_000)
    await ended
    expect(await stage.host.leases.isShared(address)).toBe(false)
  })

  it('every chunk of a file in turn -> never a wrong byte', async () => {
    const { stage, address } = await openInstalled(nobodyRepairs)
    const end = CONTENTS['data/end.bin']
    for (let at = 100; at < end.length; at += 17 * CHUNK_BYTES) {
      flip(stage, address, end, at)
      const response = await stage.get(address, 'data/end.bin')
      const body = await bytesOf(response).catch(() => Buffer.from(''))
      expect(response.status === 200 && body.length === end.length).toBe(false)
      flip(stage, address, end.subarray(0, 50), at)
    }
    const response = await stage.get(address, 'data/end.bin')
    expect(Buffer.compare(await bytesOf(response), end)).toBe(0)
  })

  it('the directory, the map, or the file itself -> 502', async () => {
    const { stage, address } = await openInstalled(nobodyRepairs)
    const chunks = stage.host.records.textOf(`chunks/${address}`)
    stage.host.records.spoil(`chunks/${address}`, undefined)
    expect((await stage.get(address, 'index.js')).status).toBe(502)
    stage.host.records.spoil(`chunks/${address}`, chunks)
    flip(stage, address, Buffer.from('PK\x01\x02'), 20)
    expect((await stage.get(address, 'index.js')).status).toBe(502)
    await stage.host.bundles.deleteBundle(address)
    expect((await stage.get(address, 'index.js')).status).toBe(502)
  })

  it('the map is that of another bundle -> 502', async () => {
    const { stage, address } = await openInstalled(nobodyRepairs)
    const other = await stage.install({ 'index.js': 'export default 2\n' }, { id: 'acme.other' })
    stage.host.records.spoil(`chunks/${address}`, stage.host.records.textOf(`chunks/${other}`))
    expect((await stage.get(address, 'index.js')).status).toBe(502)
  })

  it('the disk cannot read them -> 502, and none of them', async () => {
    let isBroken = false
    const stage = await createServedStage({
      platform: (own) => ({
        ...own,
        askAnyPage: async () => undefined,
        openStores: async () => {
          const stores = await own.openStores()
          if (!stores) return undefined
          const openBundle = async (address: string) => {
            const reader = await stores.bundles.openBundle(address)
            const read = async (offset: number, length: number) => {
              if (isBroken) throw new StorageError('The disk cannot read it')
              return (await reader?.read(offset, length)) ?? new Uint8Array()
            }
            return reader && { size: reader.size, read, close: () => reader.close() }
          }
          return { ...stores, bundles: { openBundle } }
        },
      }),
    })
    const address = await stage.install(CONTENTS)
    expect((await stage.get(address, 'index.js')).status).toBe(200)
    isBroken = true
    expect((await stage.get(address, 'data/end.bin')).status).toBe(502)
    isBroken = false
    expect((await stage.get(address, 'data/end.bin')).status).toBe(200)
  })
})

describe('the lease while an answer is read', () => {
  it('half read -> held, and the service worker is kept alive; read or cancelled -> let go of', async () => {
    const { stage, address } = await openInstalled()
    const url = stage.urlOf(address, 'data/big.bin')
    for (const end of [
      async (reader: ReadableStreamDefaultReader<Uint8Array>) => reader.cancel(),
      async (reader: ReadableStreamDefaultReader<Uint8Array>) => {
        while (!(await reader.read()).done);
      },
    ]) {
      const { response, ended } = (await stage.request(url)) ?? expect.unreachable()
      const reader = response.body?.getReader() ?? expect.unreachable()
      await reader.read()
      expect(await stage.host.leases.isShared(address)).toBe(true)
      await end(reader)
      await ended
      expect(await stage.host.leases.isShared(address)).toBe(false)
    }
  })

  it('nothing to read (HEAD, no such file, a part outside, a module) -> let go of at once', async () => {
    const { stage, address } = await openInstalled()
    const asks = [
      ['index.js', { method: 'HEAD' }],
      ['nothing.js', {}],
      ['index.js', { headers: { range: 'bytes=99-' } }],
    ] as const
    for (const [path, asked] of asks) {
      const { ended } = (await stage.request(stage.urlOf(address, path), asked)) ?? expect.unreachable()
      await ended
      expect(await stage.host.leases.isShared(address)).toBe(false)
    }
  })
})
