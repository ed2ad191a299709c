import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StorageError } from '../../../src/domain/errors/index.js'
import { unsafePathReason } from '../../../src/domain/paths.js'
import { readServedUrl, servedUrl } from '../../../src/domain/servedUrls.js'
import { seededBytes } from '../../../src/testing/index.js'
import { SCOPE } from './fakePage.js'
import { createServedStage, ID, type ServedStage } from './servedStage.js'

const BIG = seededBytes(2_500_000, 'big')
const TEXT = 'a line that shrinks\n'.repeat(5000)
const CONTENTS = {
  'index.js': 'export default 1\n',
  'data/big.bin': BIG,
  'data/lines.txt': TEXT,
  'empty.css': '',
  'page.html': '<!doctype html>',
  'drawing.svg': '<svg/>',
  'ä b%/#?.txt': 'odd',
}

async function openInstalled(options: Parameters<typeof createServedStage>[0] = {}, compress = false) {
  const stage = await createServedStage(options)
  return { stage, address: await stage.install(CONTENTS, { compress }) }
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer())
}

describe('which requests are answered', () => {
  it.each([
    `${SCOPE}index.html`,
    `${SCOPE}plugdock/other/${ID}/0a/index.js`,
    `${SCOPE}plugdock/plugdock-2/${ID}/0a/index.js`,
    `${SCOPE}plugdock/plugdock`,
    `https://app.example/plugdock/plugdock/${ID}/0a/index.js`,
    `https://cdn.example/app/plugdock/plugdock/${ID}/0a/index.js`,
    `${SCOPE}plugdock/plugdock/../index.js`,
  ])('%s -> left to others', async (url) => {
    const stage = await createServedStage()
    expect(stage.request(url)).toBeUndefined()
  })

  it.each([
    'a',
    `${ID}/0a`,
    `${ID}/0a/`,
    `${ID}//index.js`,
    `${ID}/ADDRESS/`,
    `${ID}/ADDRESS//index.js`,
    `${ID}/ADDRESS/data//big.bin`,
    `${ID}/ADDRESS/data%2Fbig.bin`,
    `${ID}/ADDRESS/data%5Cbig.bin`,
    `${ID}/ADDRESS/%2e%2e%2findex.js`,
    `${ID}/ADDRESS/%zz`,
    `${ID}/ADDRESS/constructor`,
    `${ID}/ADDRESS/INDEX.JS`,
    `${ID}/0a/index.js`,
    `acme.other/ADDRESS/index.js`,
    `__proto__/ADDRESS/index.js`,
  ])('%s, which is no file -> 404', async (path) => {
    const { stage, address } = await openInstalled()
    const answered = await stage.request(`${SCOPE}plugdock/plugdock/${path.replace('ADDRESS', address)}`)
    expect(answered?.response.status).toBe(404)
  })

  it.each(['?v=1', '#top', '?a#b'])('a file with %s behind it -> the file', async (end) => {
    const { stage, address } = await openInstalled()
    const answered = await stage.request(`${stage.urlOf(address, 'index.js')}${end}`)
    expect(await answered?.response.text()).toBe('export default 1\n')
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s -> 405', async (method) => {
    const { stage, address } = await openInstalled()
    const response = await stage.get(address, 'index.js', { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  it('whether anybody serves the dock -> yes', async () => {
    const stage = await createServedStage()
    const answered = await stage.request(`${SCOPE}plugdock/plugdock/`, { method: 'HEAD' })
    expect([answered?.response.status, answered?.response.headers.get('x-plugdock')]).toEqual([204, '1'])
  })

  it('any path that an archive may hold -> found again under its URL, which a relative specifier leads to as well', () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => unsafePathReason(text) === undefined && !text.includes('/'))
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
        const file = { pluginId: ID, address: '0a', path: segments.join('/') }
        const url = servedUrl(SCOPE, 'plugdock', file)
        expect(readServedUrl(SCOPE, 'plugdock', url)).toEqual({ kind: 'file', file })
        const specifier = `./${segments.map((text) => text.replace(/[%?#]/g, encodeURIComponent)).join('/')}`
        expect(new URL(specifier, servedUrl(SCOPE, 'plugdock', { ...file, path: 'index.js' })).href).toBe(url)
      }),
    )
  })
})

describe.each([false, true])('files of an archive (compressed: %s)', (compress) => {
  it('each -> its bytes, its length and its type', async () => {
    const { stage, address } = await openInstalled({}, compress)
    for (const [path, content] of Object.entries(CONTENTS)) {
      const response = await stage.get(address, path)
      expect(response.status).toBe(200)
      const expected = Buffer.from(content)
      expect(response.headers.get('content-length')).toBe(String(expected.length))
      expect(Buffer.compare(await bytesOf(response), expected)).toBe(0)
    }
  })

  it.each([
    ['bytes=0-', 0, 2_500_000],
    ['bytes=0-0', 0, 1],
    ['bytes=1000-1999', 1000, 2000],
    ['BYTES=2499999-', 2_499_999, 2_500_000],
    ['bytes=2400000-9999999999', 2_400_000, 2_500_000],
    ['bytes=-5', 2_499_995, 2_500_000],
    ['bytes=-99999999', 0, 2_500_000],
  ])('%s -> that part', async (range, from, to) => {
    const { stage, address } = await openInstalled({}, compress)
    const response = await stage.get(address, 'data/big.bin', { headers: { range } })
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/2500000`)
    expect(response.headers.get('content-length')).toBe(String(to - from))
    expect(Buffer.compare(await bytesOf(response), BIG.subarray(from, to))).toBe(0)
  })

  it('any part -> its bytes', async () => {
    const { stage, address } = await openInstalled({}, compress)
    const ends = fc.tuple(fc.nat(TEXT.length - 1), fc.nat(TEXT.length - 1))
    await fc.assert(
      fc.asyncProperty(ends, async ([one, other]) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)]
        const headers = { range: `bytes=${from}-${to}` }
        const response = await stage.get(address, 'data/lines.txt', { headers })
        expect(await response.text()).toBe(TEXT.slice(from, to + 1))
      }),
      { numRuns: 30 },
    )
  })
})

describe('ranges that are none', () => {
  it.each(['bytes=2500000-', 'bytes=9999999999-99999999999', 'bytes=-0'])('%s -> 416 and the size', async (range) => {
    const { stage, address } = await openInstalled()
    const response = await stage.get(address, 'data/big.bin', { headers: { range } })
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */2500000'])
  })

  it.each(['bytes=0-1,5-6', 'bytes=5-2', 'bytes=-', 'bytes=a-b', 'chunks=0-1', 'bytes'])(
    '%s -> all of it',
    async (range) => {
      const { stage, address } = await openInstalled()
      const response = await stage.get(address, 'index.js', { headers: { range } })
      expect([response.status, await response.text()]).toEqual([200, 'export default 1\n'])
    },
  )

  it('of other bytes than these -> all of it; of these -> the part', async () => {
    const { stage, address } = await openInstalled()
    const statusFor = async (condition: string) => {
      const headers = { range: 'bytes=0-1', 'if-range': condition }
      return (await stage.get(address, 'index.js', { headers })).status
    }
    const { headers } = await stage.get(address, 'index.js')
    expect(await statusFor(headers.get('etag') ?? '')).toBe(206)
    for (const other of ['"0a"', `W/"${address}"`, 'Wed, 21 Oct 2015 07:28:00 GMT'])
      expect(await statusFor(other)).toBe(200)
  })

  it('of an empty file -> 416', async () => {
    const { stage, address } = await openInstalled()
    expect((await stage.get(address, 'empty.css', { headers: { range: 'bytes=0-' } })).status).toBe(416)
  })
})

describe('headers', () => {
  it('HEAD -> those of GET, without a byte', async () => {
    const { stage, address } = await openInstalled()
    const head = await stage.get(address, 'data/big.bin', { method: 'HEAD' })
    const whole = await stage.get(address, 'data/big.bin')
    expect([...head.headers]).toEqual([...whole.headers])
    expect([head.status, await head.text()]).toEqual([200, ''])
    await whole.body?.cancel()
  })

  it('of every answer, refusals too -> stored nowhere, no guessing of types, for this origin alone', async () => {
    const { stage, address } = await openInstalled()
    const answers = [
      await stage.get(address, 'index.js'),
      await stage.get(address, 'index.js', { headers: { range: 'bytes=0-1' } }),
      await stage.get(address, 'index.js', { headers: { range: 'bytes=99-' } }),
      await stage.get(address, 'index.js', { method: 'POST' }),
      await stage.get(address, 'nothing.js'),
    ]
    for (const { headers } of answers) {
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
      expect(headers.has('service-worker-allowed')).toBe(false)
    }
  })

  it.each([
    ['index.js', 'text/javascript; charset=utf-8'],
    ['page.html', 'text/html; charset=utf-8'],
    ['drawing.svg', 'image/svg+xml; charset=utf-8'],
    ['data/big.bin', 'application/octet-stream'],
  ])('the type of %s -> %s', async (path, type) => {
    const { stage, address } = await openInstalled()
    expect((await stage.get(address, path)).headers.get('content-type')).toBe(type)
  })

  it.each([
    ['page.html', 'cors', 'sandbox'],
    ['drawing.svg', 'no-cors', 'sandbox'],
    ['index.js', 'cors', null],
    ['index.js', 'navigate', 'sandbox'],
    ['data/big.bin', 'navigate', 'sandbox'],
  ])('%s, asked for as %s -> content security policy %s', async (path, mode, policy) => {
    const { stage, address } = await openInstalled()
    expect((await stage.get(address, path, { mode })).headers.get('content-security-policy')).toBe(policy)
  })

  it('the app lets documents be of its origin -> no sandbox', async () => {
    const { stage, address } = await openInstalled({ documents: 'sameOrigin' })
    const { headers } = await stage.get(address, 'page.html', { mode: 'navigate' })
    expect(headers.has('content-security-policy')).toBe(false)
  })

  it('the app has headers of its own -> sent as well, and plugdock has the last word', async () => {
    const own = { 'Content-Security-Policy': "connect-src 'self'", 'Cache-Control': 'max-age=9', 'x-app': '1' }
    const { stage, address } = await openInstalled({ served: { headers: own } })
    const { headers } = await stage.get(address, 'page.html')
    expect(headers.get('x-app')).toBe('1')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toBe("connect-src 'self', sandbox")
  })
})

describe('what is in the records', () => {
  it('nothing was ever stored, then something is -> 404, then the file', async () => {
    let isStored = false
    const stage = await createServedStage({
      platform: (own) => ({ ...own, openStores: async () => (isStored ? own.openStores() : undefined) }),
    })
    const address = await stage.install(CONTENTS)
    expect((await stage.get(address, 'index.js')).status).toBe(404)
    isStored = true
    expect((await stage.get(address, 'index.js')).status).toBe(200)
  })

  it('the stores do not open, then they do -> 503, then the file', async () => {
    let isOpen = false
    const refuse = async () => {
      throw new StorageError('The browser did not open the database')
    }
    const stage = await createServedStage({
      platform: (own) => ({ ...own, openStores: () => (isOpen ? own.openStores() : refuse()) }),
    })
    const address = await stage.install(CONTENTS)
    const refused = await stage.get(address, 'index.js')
    expect([refused.status, refused.headers.get('x-plugdock-error')]).toEqual([503, 'storage'])
    isOpen = true
    expect((await stage.get(address, 'index.js')).status).toBe(200)
  })

  it('the version before the active one -> served', async () => {
    const { stage, address } = await openInstalled()
    await stage.install({ 'index.js': 'export default 2\n' }, { version: '2.0.0' })
    expect(await (await stage.get(address, 'index.js')).text()).toBe('export default 1\n')
  })

  it('a version in quarantine -> 403, until that ends', async () => {
    const { stage, address } = await openInstalled()
    const loaded = await stage.dock.plugins.load(ID)
    await loaded.import()
    await loaded.reportFailure(new Error('it draws nothing'))
    await loaded.close()
    const refused = await stage.get(address, 'index.js')
    expect([refused.status, refused.headers.get('x-plugdock-error')]).toEqual([403, 'quarantined'])
    expect(await refused.text()).toContain('it draws nothing')
    await stage.dock.plugins.release(ID, '1.0.0')
    expect((await stage.get(address, 'index.js')).status).toBe(200)
  })

  it('a record of a newer release -> 404', async () => {
    const { stage, address } = await openInstalled()
    stage.host.records.spoil(`installed/${ID}`, JSON.stringify({ v: 2, pluginId: ID }))
    expect((await stage.get(address, 'index.js', { clientId: '' })).status).toBe(404)
  })

  it('deleted while a page uses it -> for that page it is there, for others not', async () => {
    const { stage, address } = await openInstalled()
    const loaded = await stage.dock.plugins.load(ID)
    await loaded.url('index.js')
    await loaded.close()
    await stage.dock.storage.deletePlugin(ID)
    expect((await stage.get(address, 'index.js')).status).toBe(200)
    expect((await stage.get(address, 'index.js', { clientId: 'another page' })).status).toBe(404)
  })

  it('the same, and the dock is closed -> there for that page still', async () => {
    const { stage, address } = await openInstalled()
    await (await stage.dock.plugins.load(ID)).url('index.js')
    await stage.dock.storage.deletePlugin(ID)
    await stage.dock.close()
    expect((await stage.get(address, 'index.js')).status).toBe(200)
    expect((await stage.get(address, 'index.js', { clientId: 'another page' })).status).toBe(404)
  })

  it('a page describes what it never had -> 404', async () => {
    const { stage } = await openInstalled()
    const other = { version: '1.0.0', format: 'tar', entry: 'index.js' }
    stage.page.answer({ describe: () => other as never, mend: async () => {} }) // reason: a page of another release
    expect((await stage.get('0a', 'index.js')).status).toBe(404)
  })
})

describe('how many bundles are kept open', () => {
  const openedOf = (stage: ServedStage, opened: string[]) => ({
    get: async (id: string, address: string) => {
      const answered = await stage.request(`${SCOPE}plugdock/plugdock/${id}/${address}/index.js`)
      expect(await answered?.response.text()).toContain(id)
    },
    opened,
  })

  it('one that is asked for again -> opened once; one of many -> anew, and those that are not used are closed', async () => {
    const opened: string[] = []
    let open = 0
    const stage = await createServedStage({
      platform: (own) => ({
        ...own,
        openStores: async () => {
          const stores = await own.openStores()
          if (!stores) return undefined
          const openBundle = async (address: string) => {
            opened.push(address)
            open++
            const reader = await stores.bundles.openBundle(address)
            return reader && { ...reader, size: reader.size, read: reader.read, close: async () => void open-- }
          }
          return { ...stores, bundles: { openBundle } }
        },
      }),
    })
    const { get } = openedOf(stage, opened)
    const ids = ['a', 'b', 'c', 'd', 'e', 'f']
    const addresses = new Map<string, string>()
    for (const id of ids) addresses.set(id, await stage.install({ 'index.js': `export default '${id}'` }, { id }))
    const ask = (id: string) => get(id, addresses.get(id) ?? '')
    for (const id of ['a', 'a', 'b', 'a']) await ask(id)
    expect(opened).toHaveLength(2)
    for (const id of ids) await ask(id)
    await stage.clock.settle()
    expect(open).toBe(4)
    await ask('a')
    expect(opened.filter((address) => address === addresses.get('a'))).toHaveLength(2)
  })
})
