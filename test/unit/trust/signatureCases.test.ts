import { describe, expect, it } from 'vitest'
import type { PluginManifest } from '../../../src/domain/manifest.js'
import { buildPlugin } from '../../../src/testing/index.js'
import { codeOf } from '../dock/versionStage.js'
import { packed } from '../plugins/zips.js'
import { ALICE, BOB, createTrustStage, expectRefused, MALLORY, signedBy, trusting } from './trustStage.js'

function resigned(manifest: PluginManifest, change: (sig: string) => string): object {
  const envelope = signedBy(manifest, ALICE)
  return { ...envelope, signatures: envelope.signatures.map(({ keyid, sig }) => ({ keyid, sig: change(sig) })) }
}

/** The same bytes for a reader that does not look: the last digit before the padding has bits to spare. */
function withSpareBits(sig: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const at = sig.indexOf('=') - 1
  return sig.slice(0, at) + digits[digits.indexOf(sig[at] ?? '') ^ 1] + sig.slice(at + 1)
}

describe('M12 parts of several versions, each good by itself', () => {
  it.each([
    ['not signed', (it: PluginManifest) => it],
    ['signed', (it: PluginManifest) => signedBy(it, ALICE)],
  ])('M12 the files of one version with the bundle of another, %s -> refused, nothing stays', async (_, wrap) => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: trusting([ALICE], { required: false }) })
    const bytes = new Uint8Array(await packed({ 'index.js': 'export const version = 3' }))
    const other = await buildPlugin({ bytes: codeOf('2.0.0') })
    const { size, integrity } = other.manifest.bundle
    const url = stage.offer(await buildPlugin({ bytes, chunkLengths: 64 }), (it) =>
      wrap({ ...it, bundle: { ...it.bundle, format: 'zip' }, files: { 'index.js': { size, integrity } } }),
    )
    expect(await stage.outcome(dock, url)).toBe('archive')
    expect((await stage.reached()).stored).toBe(0)
  })

  it('M12 the chunks of one version with the digest of another -> manifest, nothing stays', async () => {
    const stage = createTrustStage()
    const dock = await stage.open()
    const other = await buildPlugin({ version: '3.0.0' })
    const url = stage.offer(await buildPlugin({ chunkLengths: 'none' }), (it) => ({
      ...it,
      bundle: { ...it.bundle, integrity: other.manifest.bundle.integrity },
    }))
    expect(await stage.outcome(dock, url)).toBe('integrity')
    expect(await dock.storage.getInstalledPlugins()).toEqual([])
  })

  it('M12 the payload of one version with the signature of another -> mismatch', async () => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: trusting([ALICE]) })
    const url = stage.offer(await buildPlugin(), (it) => {
      const { signatures } = signedBy({ ...it, version: '3.0.0' }, ALICE)
      return { ...signedBy(it, ALICE), signatures }
    })
    expect(await stage.outcome(dock, url)).toBe('signature: mismatch')
  })
})

describe('M13 signatures that do not do, each with its own reason', () => {
  const scoped = { ...ALICE.trustedKey, plugins: ['acme.maps', 'acme.tools.*'] }
  it.each([
    ['M13 missing', (it: PluginManifest) => it as object, 'signature: unsigned'],
    ['M13 by another key', (it: PluginManifest) => signedBy(it, MALLORY), 'signature: unknown-key'],
    ['M13 by a key for other plugins', (it: PluginManifest) => signedBy(it, ALICE), 'signature: wrong-plugin'],
    [
      'M13 of a list of keys',
      (it: PluginManifest) => ({ ...signedBy(it, ALICE), payloadType: 'application/vnd.plugdock.keys+json' }),
      'signature: wrong-type',
    ],
    ['M13 truncated', (it: PluginManifest) => resigned(it, (sig) => sig.slice(0, 40)), 'signature: mismatch'],
    ['M13 with spare bits', (it: PluginManifest) => resigned(it, withSpareBits), 'signature: malformed'],
    [
      'M13 in base64url',
      (it: PluginManifest) => resigned(it, (sig) => `${sig.slice(0, 4)}-_${sig.slice(6)}`),
      'signature: malformed',
    ],
    [
      'M13 without padding',
      (it: PluginManifest) => resigned(it, (sig) => sig.replaceAll('=', '')),
      'signature: malformed',
    ],
    ['M13 with a line break', (it: PluginManifest) => resigned(it, (sig) => `${sig}\n`), 'signature: malformed'],
  ])('%s', async (_, document, expected) => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: trusting([scoped]) })
    expect(await stage.outcome(dock, stage.offer(await buildPlugin(), document))).toBe(expected)
    expect(await stage.reached()).toEqual({ stored: 0, requests: 0 })
  })

  it('M13 a key for these plugins, by name or by its beginning -> installed', async () => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: trusting([scoped]) })
    for (const id of ['acme.maps', 'acme.tools.pen'])
      expect(await stage.outcome(dock, await stage.offerSigned({ id }, [ALICE]))).toBe('installed')
    expect(await stage.outcome(dock, await stage.offerSigned({ id: 'acme.mapsx' }, [ALICE]))).toBe(
      'signature: wrong-plugin',
    )
  })
})

describe('M14 an algorithm that the message chooses', () => {
  it.each(['none', 'HS256', 'ES256', 'RS256'])('M14 alg %s in the envelope -> means nothing', async (alg) => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: trusting([ALICE]) })
    const url = stage.offer(await buildPlugin(), (it) => {
      const envelope = signedBy(it, MALLORY)
      const signature = { keyid: ALICE.trustedKey.keyid, sig: alg === 'none' ? '' : envelope.signatures[0]?.sig, alg }
      return { ...envelope, alg, signatures: [signature] }
    })
    expect(await stage.outcome(dock, url)).toBe('signature: mismatch')
  })

  it.each([
    ['algorithm none', { algorithm: 'none' }],
    ['algorithm HS256', { algorithm: 'HS256' }],
    ['a shared secret', { publicKey: { kty: 'oct', k: 'c2VjcmV0' } }],
    ['another curve', { publicKey: { kty: 'OKP', crv: 'X25519', x: ALICE.trustedKey.publicKey.x } }],
    ['alg RS256', { publicKey: { ...ALICE.trustedKey.publicKey, alg: 'RS256' } }],
    ['a private key', { publicKey: { ...ALICE.trustedKey.publicKey, d: 'AAAA' } }],
    ['half a key', { publicKey: { ...ALICE.trustedKey.publicKey, x: 'AAAA' } }],
    ['no name', { keyid: '' }],
  ])('M14 the app trusts a key with %s -> the dock does not open', async (_, change) => {
    const stage = createTrustStage()
    // none of them is a key
    const key = { ...ALICE.trustedKey, ...change } as typeof ALICE.trustedKey
    await expect(stage.open({ trust: trusting([key]) })).rejects.toMatchObject({ code: 'unsupported' })
  })

  it.each(['md5-1B2M2Y8AsgTpgAmY7PhCfg==', 'SHA-256 -x', 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=', 'none'])(
    'M14 integrity %s -> refused',
    async (integrity) => {
      await expectRefused((it) => ({ ...it, bundle: { ...it.bundle, integrity } }), 'manifest', /bundle\.integrity/)
    },
  )
})

describe('M15 a weak digest beside a strong one', () => {
  it('M15 only the weak one matches -> refused', async () => {
    const stage = createTrustStage()
    const dock = await stage.open()
    const other = new Uint8Array(await crypto.subtle.digest('SHA-512', codeOf('other')))
    const strong = `sha512-${Buffer.from(other).toString('base64')}`
    const url = stage.offer(await buildPlugin({ chunkLengths: 'none' }), (it) => ({
      ...it,
      bundle: { ...it.bundle, integrity: `${it.bundle.integrity} ${strong}` },
    }))
    expect(await stage.outcome(dock, url)).toBe('integrity')
    expect(await dock.storage.getInstalledPlugins()).toEqual([])
  })
})

describe('M16 a threshold of two', () => {
  const both = trusting([ALICE, BOB], { threshold: 2 })

  it('M16 the same signature twice -> counts once', async () => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: both })
    const url = stage.offer(await buildPlugin(), (it) => {
      const envelope = signedBy(it, ALICE)
      return { ...envelope, signatures: [...envelope.signatures, ...envelope.signatures] }
    })
    expect(await stage.outcome(dock, url)).toBe('signature: threshold')
  })

  it('M16 the same key under two names, both trusted -> counts once', async () => {
    const stage = createTrustStage()
    const twin = { ...ALICE.trustedKey, keyid: 'alice-again' }
    const dock = await stage.open({ trust: trusting([ALICE, twin, BOB], { threshold: 2 }) })
    const url = stage.offer(await buildPlugin(), (it) => {
      const envelope = signedBy(it, ALICE)
      const [first] = envelope.signatures
      return { ...envelope, signatures: [first, { ...first, keyid: 'alice-again' }] }
    })
    expect(await stage.outcome(dock, url)).toBe('signature: threshold')
  })

  it('M16 more asked for than there are different keys -> the dock does not open', async () => {
    const twin = { ...ALICE.trustedKey, keyid: 'alice-again' }
    const opening = createTrustStage().open({ trust: trusting([ALICE, twin], { threshold: 2 }) })
    await expect(opening).rejects.toThrow('"threshold" is 2, and there are 1 different keys')
  })

  it('M16 by both -> installed', async () => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: both })
    expect(await stage.outcome(dock, await stage.offerSigned({}, [ALICE, BOB]))).toBe('installed')
  })
})
