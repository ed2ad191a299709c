import { describe, expect, test, vi } from 'vitest'
import type { LoadedPlugin } from '../../src/dock/types.js'
import { equalBytes } from '../../src/domain/bytes.js'
import { ArchiveError, ClosedError, CorruptError, UnsupportedError } from '../../src/domain/errors/index.js'
import type { VersionRecord } from '../../src/domain/records.js'
import { openArchive } from '../../src/plugins/archive.js'
import { contentTypeOf } from '../../src/plugins/contentTypes.js'
import { createLoadedPlugin } from '../../src/plugins/loadedPlugin.js'
import { PublishedUrls } from './plugins/fileUrls.js'
import { collect, failureOf, noise, pending, store } from './plugins/memoryBundle.js'
import { packed } from './plugins/zips.js'

const BIG = noise(6 * 1024 * 1024)
const VERSION: VersionRecord = {
  version: '2.1.0',
  address: 'a'.repeat(64),
  sizeBytes: 1,
  format: 'zip',
  entry: 'index.js',
  integrity: 'sha256-',
  installedAt: 0,
  health: 'healthy',
}

async function load(
  importModule: (path: string) => Promise<unknown> = async (path) => ({ path }),
  fileUrls?: PublishedUrls,
) {
  const stored = store(await packed({ 'index.js': '\uFEFFexport default "ü"', 'style.css': 'a{}', 'big.bin': BIG }))
  const archive = await openArchive(stored.bundle, { format: 'zip', entry: 'index.js' })
  const onClose = vi.fn(() => stored.bundle.close())
  const plugin: LoadedPlugin = createLoadedPlugin({
    pluginId: 'acme.charts',
    version: VERSION,
    archive,
    importModule,
    health: { run: (work) => work(), confirmHealthy: async () => {}, reportFailure: async () => {} },
    fileUrls,
    onClose,
  })
  return { ...stored, plugin, onClose }
}

describe('an open plugin', () => {
  test('says what it is, and what is in it', async () => {
    const { plugin } = await load()
    expect(plugin).toMatchObject({ pluginId: 'acme.charts', version: '2.1.0', entry: 'index.js' })
    expect(plugin.files()).toEqual(['index.js', 'style.css', 'big.bin'])
  })

  test('without a path -> the entry', async () => {
    const { plugin } = await load()
    const bytes = Buffer.from('\uFEFFexport default "ü"')
    expect(equalBytes(await plugin.read(), bytes)).toBe(true)
    expect(await plugin.text()).toBe('export default "ü"')
    expect(equalBytes(await collect(plugin.stream()), bytes)).toBe(true)
    expect((await plugin.blob()).type).toBe('text/javascript')
    expect(await plugin.import()).toEqual({ path: 'index.js' })
    expect(await plugin.import('style.css')).toEqual({ path: 'style.css' })
  })

  test('a path that is not there -> archive, from every method', async () => {
    const { plugin } = await load()
    for (const error of await Promise.all(
      [plugin.read('x'), plugin.text('x'), plugin.blob('x'), collect(plugin.stream('x'))].map(failureOf),
    )) {
      expect(error).toBeInstanceOf(ArchiveError)
    }
  })

  test('stored bytes change under it -> corrupt, and a blob that was made stays what it was', async () => {
    const { plugin, file } = await load()
    const blob = await plugin.blob('big.bin')
    for (let at = 0; at < file.bytes.length; at += 50_000) file.flip(at)
    expect(await failureOf(plugin.read('big.bin'))).toBeInstanceOf(CorruptError)
    expect(await failureOf(collect(plugin.stream('big.bin')))).toBeInstanceOf(CorruptError)
    expect(equalBytes(new Uint8Array(await blob.arrayBuffer()), BIG)).toBe(true)
  })
})

describe('url', () => {
  test('-> a URL of the verified bytes with their type, the same for the same path, until close', async () => {
    const urls = new PublishedUrls()
    const { plugin } = await load(undefined, urls)
    const [style, again, entry] = await Promise.all([plugin.url('style.css'), plugin.url('style.css'), plugin.url()])
    expect(again).toBe(style)
    expect(await urls.live.get(style)?.text()).toBe('a{}')
    expect([style, entry].map((url) => urls.live.get(url)?.type)).toEqual(['text/css', 'text/javascript'])
    await plugin.close()
    expect(urls.live.size).toBe(0)
    expect(await failureOf(plugin.url('style.css'))).toBeInstanceOf(ClosedError)
  })

  test('closed while it reads -> closed, and no URL is left', async () => {
    const urls = new PublishedUrls()
    const { plugin } = await load(undefined, urls)
    const url = failureOf(plugin.url('big.bin'))
    await plugin.close()
    expect(await url).toBeInstanceOf(ClosedError)
    expect(urls.live.size).toBe(0)
  })

  test('damaged, then whole -> corrupt, then a URL', async () => {
    const urls = new PublishedUrls()
    const { plugin, file } = await load(undefined, urls)
    const flipAll = () => {
      for (let at = 0; at < file.bytes.length; at += 50_000) file.flip(at)
    }
    flipAll()
    expect(await failureOf(plugin.url('big.bin'))).toBeInstanceOf(CorruptError)
    flipAll()
    expect(urls.live.has(await plugin.url('big.bin'))).toBe(true)
  })

  test('a host that makes none -> unsupported', async () => {
    const { plugin } = await load()
    expect(await failureOf(plugin.url('style.css'))).toBeInstanceOf(UnsupportedError)
  })
})

describe('close', () => {
  test('twice -> onClose once, and both wait for it', async () => {
    const { plugin, onClose, file } = await load()
    await Promise.all([plugin.close(), plugin.close()])
    expect(onClose).toHaveBeenCalledTimes(1)
    expect(file.closed).toBe(1)
  })

  test('afterwards -> everything is closed', async () => {
    const { plugin } = await load()
    await plugin.close()
    expect(() => plugin.files()).toThrow(ClosedError)
    const works = [plugin.read(), plugin.text(), plugin.blob(), plugin.import(), collect(plugin.stream())]
    for (const error of await Promise.all(works.map(failureOf))) expect(error).toBeInstanceOf(ClosedError)
  })

  test('under way -> reads and imports are closed', async () => {
    const { promise, finish } = pending()
    const { plugin } = await load(() => promise)
    const works = [plugin.read('big.bin'), plugin.blob('big.bin'), plugin.import()].map(failureOf)
    await plugin.close()
    finish()
    for (const work of works) expect(await work).toBeInstanceOf(ClosedError)
  })

  test('streams: one half read, one never read, one being read -> each ends with closed, not as if complete', async () => {
    const { plugin } = await load()
    const streams = [0, 1, 2].map(() => plugin.stream('big.bin').getReader())
    await streams[0]?.read()
    const reading = failureOf(streams[2]?.read() ?? Promise.resolve())
    await plugin.close()
    for (const stream of streams) expect(await failureOf(stream.closed)).toBeInstanceOf(ClosedError)
    expect(await reading).toBeInstanceOf(ClosedError)
  })

  test('a stream that was cancelled or read to its end -> unharmed', async () => {
    const { plugin } = await load()
    const whole = plugin.stream('style.css').getReader()
    while (!(await whole.read()).done);
    const cancelled = plugin.stream('big.bin').getReader()
    await cancelled.cancel()
    await plugin.close()
    await Promise.all([whole.closed, cancelled.closed])
  })
})

test.each([
  ['a/b.JS', 'text/javascript'],
  ['x.min.css', 'text/css'],
  ['x.wasm', 'application/wasm'],
  ['x', 'application/octet-stream'],
  ['a.js/x', 'application/octet-stream'],
  ['x.constructor', 'application/octet-stream'],
])('the content type of %s is %s', (path, type) => {
  expect(contentTypeOf(path)).toBe(type)
})
