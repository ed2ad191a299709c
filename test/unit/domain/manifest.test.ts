import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ManifestError } from '../../../src/domain/errors/index.js'
import { MANIFEST_MAX_BYTES, type PluginManifest, parseManifest, readManifest } from '../../../src/domain/manifest.js'
import { buildPlugin } from '../../../src/testing/index.js'

const { manifest: GOOD } = await buildPlugin()

type Change = (manifest: PluginManifest) => unknown
const bundle =
  (part: object): Change =>
  (manifest) => ({ ...manifest, bundle: { ...manifest.bundle, ...part } })
const top =
  (part: object): Change =>
  (manifest) => ({ ...manifest, ...part })

function issuesOf(value: unknown): readonly string[] {
  try {
    parseManifest(value)
    return []
  } catch (error) {
    if (error instanceof ManifestError) return error.issues
    throw error
  }
}

describe('parseManifest', () => {
  it('a good manifest -> itself, unknown fields kept', () => {
    const extended = { ...GOOD, homepage: 'https://acme.example', bundle: { ...GOOD.bundle, mirrors: 2 } }
    expect(parseManifest(extended)).toEqual(extended)
  })

  it('several faults -> all of them, each with its path', () => {
    const issues = issuesOf({ manifestVersion: 1, bundle: { urls: [], format: 'tar' } })
    expect(issues).toContain('id: is missing')
    expect(issues).toContain('entry: is missing')
    expect(issues.some((issue) => issue.startsWith('bundle.urls: must be'))).toBe(true)
    expect(issues.some((issue) => issue.startsWith('bundle.format: must be ("file" | "zip"), not "tar"'))).toBe(true)
  })

  it.each([
    ['M2 size negative', bundle({ size: -1 })],
    ['M2 size a fraction', bundle({ size: 0.5 })],
    ['M2 size infinite', bundle({ size: Number.POSITIVE_INFINITY })],
    ['M2 size a string', bundle({ size: '12' })],
    ['M2 size past 2^53', bundle({ size: 2 ** 53 + 2 })],
    ['M2 size missing', bundle({ size: undefined })],
    ['M6 id climbs', top({ id: '../../x' })],
    ['M6 id with a slash', top({ id: 'a/b' })],
    ['M6 id encoded', top({ id: 'a%2fb' })],
    ['M6 id a device', top({ id: 'con' })],
    ['M6 id holds a device', top({ id: 'acme.aux.x' })],
    ['M6 id with two dots', top({ id: 'a..b' })],
    ['M6 id too long', top({ id: 'a'.repeat(129) })],
    ['M6 id empty', top({ id: '' })],
    ['M5 id in upper case', top({ id: 'Acme' })],
    ['M5 id with a look-alike', top({ id: 'аcme' })],
    ['M3 id __proto__', top({ id: '__proto__' })],
    ['M3 id constructor', top({ id: 'constructor' })],
    ['M3 id holds prototype', top({ id: 'acme.prototype' })],
    ['version no SemVer', top({ version: '1.0' })],
    ['version too long', top({ version: `1.0.0-${'a'.repeat(60)}` })],
    ['another manifestVersion', top({ manifestVersion: 2 })],
    ['entry climbs', top({ entry: '../index.js' })],
    ['entry absolute', top({ entry: '/index.js' })],
    ['entry a path in a file bundle', top({ entry: 'a/b.js' })],
    ['entry not among files', top({ files: {} })],
    ['M14 integrity of md5', bundle({ integrity: 'md5-1B2M2Y8AsgTpgAmY7PhCfg==' })],
    ['M14 integrity with blanks inside', bundle({ integrity: 'sha256 -abc' })],
    ['M14 integrity of a wrong length', bundle({ integrity: 'sha256-AAAA' })],
    ['chunks by another algorithm', bundle({ chunks: { ...GOOD.bundle.chunks, algorithm: 'md5' } })],
    ['chunks of no length', bundle({ chunks: { ...GOOD.bundle.chunks, lengths: 0 } })],
    ['chunks that do not add up', bundle({ chunks: { ...GOOD.bundle.chunks, lengths: [1, 2, 3, 4, 5] } })],
    ['chunks fewer than lengths', bundle({ chunks: { ...GOOD.bundle.chunks, lengths: [300_000] } })],
    ['chunks fewer than size asks for', bundle({ chunks: { ...GOOD.bundle.chunks, lengths: 1000 } })],
    ['digests that are no base64', bundle({ chunks: { ...GOOD.bundle.chunks, digests: '%%%' } })],
    ['no urls', bundle({ urls: [] })],
    ['expires no date', top({ expires: 'tomorrow' })],
  ])('%s -> refused', (_, change) => {
    expect(issuesOf(change(GOOD))).not.toEqual([])
  })

  it('a signed envelope -> says that it is one', () => {
    expect(issuesOf({ payloadType: 'x', payload: '', signatures: [] })[0]).toContain('signed')
  })

  it('M3 __proto__ as a key -> pollutes nothing', () => {
    issuesOf(JSON.parse('{"__proto__":{"polluted":1},"files":{"__proto__":{"polluted":1}}}'))
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('anything at all -> a manifest or a ManifestError', () => {
    fc.assert(fc.property(fc.anything(), (value) => issuesOf(value).length > 0))
  })
})

describe('readManifest', () => {
  const bytesOf = (text: string) => new TextEncoder().encode(text)

  it('its own bytes -> the manifest', () => {
    expect(readManifest(bytesOf(JSON.stringify(GOOD)))).toEqual(GOOD)
  })

  it.each([
    ['M1 more than 4 MiB', new Uint8Array(MANIFEST_MAX_BYTES + 1), 'larger'],
    ['M1 nested 100,000 deep', bytesOf('['.repeat(100_000) + ']'.repeat(100_000)), 'nested'],
    ['M4 no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), 'UTF-8'],
    ['M4 trailing bytes', bytesOf(`${JSON.stringify(GOOD)} x`), 'JSON'],
    ['H44 a web page', bytesOf('<!doctype html><title>Log in'), 'web page'],
    ['nothing', new Uint8Array(), 'JSON'],
  ])('%s -> refused with the reason', (_, bytes, reason) => {
    expect(() => readManifest(bytes, 'https://cdn.example/manifest.json')).toThrow(reason)
  })
})
