import { describe, expect, it } from 'vitest'
import { MANIFEST_MAX_BYTES, type PluginManifest } from '../../../src/domain/manifest.js'
import { buildPlugin, endless } from '../../../src/testing/index.js'
import { packed } from '../plugins/zips.js'
import { ALICE, createTrustStage, expectRefused, ID, outcomeOf, signedBy, trusting } from './trustStage.js'

const path = `/${ID}/1.0.0`
const textOf = (manifest: object): Uint8Array => new TextEncoder().encode(JSON.stringify(manifest))

describe('M1 a manifest without end', () => {
  it('M1 more bytes than a manifest has -> reading stops soon, and it says why', async () => {
    const stage = createTrustStage()
    const dock = await stage.open()
    const url = await stage.offerSigned({}, [ALICE])
    stage.origin.script(`${path}/manifest.json`, endless())
    expect(await stage.outcome(dock, url)).toBe('manifest')
    expect(stage.origin.bytesSent(`${path}/manifest.json`)).toBeLessThan(3 * MANIFEST_MAX_BYTES)
  })

  it.each([
    ['a list', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['an object', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['never closed', '['.repeat(100_000)],
  ])('M1 nested 100,000 deep, %s -> refused before it is built', async (_, text) => {
    await expectRefused(() => new TextEncoder().encode(text), 'manifest', /nested deeper than 32 levels/)
  })

  it('M1 nested too deep inside an envelope -> refused as well', async () => {
    const deep = Buffer.from('['.repeat(1000)).toString('base64')
    await expectRefused((it) => ({ ...signedBy(it, ALICE), payload: deep }), 'manifest', /nested deeper/)
  })
})

describe('M2 a size that is none', () => {
  it.each(['-1', '0.5', '1e400', '"12"', '9007199254740994', 'null', '[12]'])('M2 %s -> refused', async (size) => {
    const document = (it: PluginManifest) =>
      new TextEncoder().encode(JSON.stringify(it).replace(`"size":${it.bundle.size}`, `"size":${size}`))
    await expectRefused(document, 'manifest', /bundle\.size/)
  })

  it('M2 missing -> refused', async () => {
    await expectRefused(
      (it) => ({ ...it, bundle: { ...it.bundle, size: undefined } }),
      'manifest',
      /bundle\.size: is missing/,
    )
  })
})

describe("M3 names of JavaScript's own", () => {
  it.each(['__proto__', 'constructor', 'prototype', '__pr\\u006fto__'])('M3 %s as a key -> refused', async (key) => {
    const document = (it: PluginManifest) =>
      new TextEncoder().encode(JSON.stringify(it).replace('{', `{"x":{"${key}":{"polluted":1}},`))
    await expectRefused(document, 'manifest', /name of JavaScript's own/)
  })

  it.each(['__proto__', 'constructor', 'acme.prototype'])('M3 %s as an id -> refused', async (id) => {
    await expectRefused((it) => ({ ...it, id }), 'manifest', /id:/)
  })

  it('M3 __proto__ among the files of an object that was given -> refused', async () => {
    const stage = createTrustStage()
    const dock = await stage.open()
    const { manifest } = await buildPlugin()
    const files = JSON.parse('{"__proto__":{"size":1,"integrity":"x","polluted":1}}')
    const task = await dock.downloads.startDownload({ ...manifest, files }, { baseUrl: 'https://origin.test' })
    expect(await task.finished.catch(outcomeOf)).toBe('manifest')
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('M3 toString as a file -> a file like any other', async () => {
    const stage = createTrustStage()
    const dock = await stage.open()
    const bytes = new Uint8Array(await packed({ 'index.js': 'export {}', toString: 'x' }))
    const plugin = await buildPlugin({ bytes, chunkLengths: 64 })
    const url = stage.offer(plugin, (it) => ({ ...it, bundle: { ...it.bundle, format: 'zip' } }))
    expect(await stage.outcome(dock, url)).toBe('installed')
    const loaded = await dock.plugins.load(ID)
    expect(loaded.files()).toContain('toString')
    expect(await loaded.text('toString')).toBe('x')
  })
})

describe('M4 bytes that two readers would read differently', () => {
  it.each([
    ['a key twice', (text: string) => text.replace('"size":', '"size":1,"size":'), /"size" twice/],
    ['a key twice, once escaped', (text: string) => text.replace('"id":', '"i\\u0064":"acme.x","id":'), /"id" twice/],
    ['a byte order mark', (text: string) => `\ufeff${text}`, /byte order mark/],
    ['trailing bytes', (text: string) => `${text}{}`, /not valid JSON/],
    ['a zero byte at the end', (text: string) => `${text}\0`, /not valid JSON/],
  ])('M4 %s -> refused, signed or not', async (_, change, words) => {
    await expectRefused((it) => new TextEncoder().encode(change(JSON.stringify(it))), 'manifest', words)
    const stage = createTrustStage()
    const dock = await stage.open({ trust: trusting([ALICE]) })
    const url = stage.offer(await buildPlugin(), (it) => {
      const envelope = signedBy(it, ALICE)
      return { ...envelope, payload: Buffer.from(change(JSON.stringify(it))).toString('base64') }
    })
    expect(await stage.outcome(dock, url)).toBe('signature: mismatch')
  })

  it('M4 no UTF-8 -> refused', async () => {
    await expectRefused(() => Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), 'manifest', /not UTF-8/)
  })

  it('M4 an envelope with its payload twice -> refused before anything is verified', async () => {
    const document = (it: PluginManifest) =>
      new TextEncoder().encode(JSON.stringify(signedBy(it, ALICE)).replace('{', '{"payload":"e30=",'))
    await expectRefused(document, 'manifest', /"payload" twice/)
  })
})

describe('M5 names that look, or are, alike', () => {
  it.each(['Acme.charts', 'acme.charts ', '\u0430cme.charts', 'acme\u200b.charts', 'acme.\u202echarts', '\uff41cme'])(
    'M5 the id %j -> refused',
    async (id) => {
      await expectRefused((it) => ({ ...it, id }), 'manifest', /id:/)
    },
  )

  it.each([
    ['in another case', ['index.js', 'INDEX.js'], /one name on some disks/],
    ['composed otherwise', ['index.js', 'caf\u00e9', 'cafe\u0301'], /one name on some disks/],
    ['a file that is a folder too', ['index.js', 'a', 'a/b'], /"a" is a file/],
  ])('M5 files %s -> refused', async (_, names, words) => {
    const document = (it: PluginManifest) => {
      const { size, integrity } = it.bundle
      const files = Object.fromEntries(names.map((name) => [name, { size, integrity }]))
      return { ...it, bundle: { ...it.bundle, format: 'zip' }, files }
    }
    await expectRefused(document, 'manifest', words)
  })
})

describe('M6 ids and versions that are paths', () => {
  it.each(['../../x', 'a/b', 'a%2fb', 'con', 'a'.repeat(5000), '', 'a\0b'])('M6 the id %j -> refused', async (id) => {
    await expectRefused((it) => ({ ...it, id }), 'manifest', /id/)
  })

  it.each(['../1.0.0', '1.0.0/..', '1.0', 'v1.0.0', `1.0.0-${'a'.repeat(5000)}`, ''])(
    'M6 the version %j -> refused',
    async (version) => {
      await expectRefused((it) => ({ ...it, version }), 'manifest', /version/)
    },
  )
})

describe('M20 dependencies', () => {
  it.each([
    ['of itself', { [ID]: '^1' }],
    ['in a circle', { 'acme.maps': '^1' }],
    ['as a list', ['acme.maps']],
    ['as a text', 'acme.maps'],
  ])('M20 %s -> refused: none are installed', async (_, dependencies) => {
    await expectRefused((it) => ({ ...it, dependencies }), 'manifest', /dependencies: plugdock installs none/)
  })

  it('M20 a chain of 10,000 -> refused without a stack that grows', async () => {
    const chain = `${'{"dependencies":'.repeat(10_000)}{}${'}'.repeat(10_000)}`
    await expectRefused(
      (it) => new TextEncoder().encode(JSON.stringify(it).replace('{', `{"dependencies":${chain},`)),
      'manifest',
      /nested deeper/,
    )
  })

  it('M20 an empty list of them -> installed', async () => {
    const stage = createTrustStage()
    const dock = await stage.open()
    const url = stage.offer(await buildPlugin(), (it) => textOf({ ...it, dependencies: {} }))
    expect(await stage.outcome(dock, url)).toBe('installed')
  })
})
