import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createEd25519 } from '../../../src/adapters/ed25519.js'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import { TRUST_KEYS } from '../../../src/domain/records.js'
import { buildPlugin, createMemoryHost, stall } from '../../../src/testing/index.js'
import { ALICE, createTrustStage, ID, MALLORY, signedBy, trusting } from './trustStage.js'

const bytesOf = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(hex, 'hex'))

describe.each([
  ['WebCrypto', createEd25519()],
  ['an engine without WebCrypto', createEd25519({} as Crypto)], // reason: what Hermes has of it
  [
    'an engine whose WebCrypto has no Ed25519',
    createEd25519({
      subtle: { importKey: () => Promise.reject(new DOMException('no', 'NotSupportedError')) },
    } as never), // reason: half of it
  ],
])('Ed25519 by %s', (_, { verify }) => {
  it.each([
    // RFC 8032, 7.1
    [
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
  ])('the vectors of RFC 8032 -> good; with another message or key -> not', async (key, text, signed) => {
    const [publicKey, message, signature] = [bytesOf(key), bytesOf(text), bytesOf(signed)]
    expect(await verify({ publicKey, signature, message })).toBe(true)
    expect(await verify({ publicKey, signature, message: bytesOf(`${text}00`) })).toBe(false)
    expect(await verify({ publicKey: signature.slice(0, 32), signature, message })).toBe(false)
  })

  it('what Node has signed -> good; a signature with its group order added -> not', async () => {
    const { publicKey: key, privateKey } = generateKeyPairSync('ed25519')
    const publicKey = new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url'))
    const message = bytesOf('c0ffee')
    const signature = new Uint8Array(sign(null, message, privateKey))
    expect(await verify({ publicKey, signature, message })).toBe(true)
    expect(await verify({ publicKey, signature: withOrderAdded(signature), message })).toBe(false)
  })
})

describe('what a record says is looked at again', () => {
  async function paused(change: (record: { manifest: object; signed?: object }) => object) {
    const stage = createTrustStage()
    const trust = trusting([ALICE])
    const dock = await stage.open({ trust })
    const plugin = await buildPlugin({ size: 200_000 })
    const url = stage.offer(plugin, (it) => signedBy(it, ALICE))
    stage.origin.script(`/${ID}/1.0.0/${plugin.manifest.bundle.urls[0]}`, stall(70_000))
    const stalled = stage.origin.next('stall')
    const task = await dock.downloads.startDownload(url)
    await stalled
    await dock.downloads.pauseDownload(task.id)
    await dock.close()
    const { records } = await stage.host.open().then(async (stores) => {
      const epoch = await stores.records.claimEpoch()
      const key = `manifest/${task.id}`
      const value = change((await stores.records.get(key)) as { manifest: object }) // reason: a record of that kind
      await stores.records.commit([{ key, value }], { epoch })
      await stores.close()
      return stores
    })
    expect(records).toBeDefined()
    const next = await stage.open({ trust })
    await next.downloads.resumeDownload(task.id)
    return next.downloads.getTask(task.id)?.finished
  }

  it('as it was -> goes on', async () => {
    expect(await paused((record) => record)).toMatchObject({ version: '1.0.0' })
  })

  it('the parsed manifest was changed -> nobody reads it: what was signed counts', async () => {
    const changed = paused((record) => ({ ...record, manifest: { ...record.manifest, name: 'Evil' } }))
    expect((await changed)?.name).toBeUndefined()
  })

  it('the envelope is gone -> unsigned', async () => {
    await expect(paused(({ signed: _, ...record }) => record)).rejects.toMatchObject({ reason: 'unsigned' })
  })

  it('another one is in its place, of another plugin -> not that download', async () => {
    const { manifest } = await buildPlugin({ id: 'acme.other' })
    await expect(paused((record) => ({ ...record, signed: signedBy(manifest, ALICE) }))).rejects.toMatchObject({
      code: 'manifest',
    })
  })

  it('another one is in its place, by a stranger -> unknown-key', async () => {
    const { manifest } = await buildPlugin()
    await expect(paused((record) => ({ ...record, signed: signedBy(manifest, MALLORY) }))).rejects.toMatchObject({
      reason: 'unknown-key',
    })
  })

  it('keys were given since an unsigned download began -> it is not installed', async () => {
    const stage = createTrustStage()
    const dock = await stage.open()
    const task = await dock.downloads.startDownload(stage.offer(await buildPlugin(), (it) => it))
    await dock.downloads.pauseDownload(task.id)
    const next = await stage.crashAndOpen({ trust: trusting([ALICE]) })
    await next.downloads.resumeDownload(task.id)
    await expect(next.downloads.getTask(task.id)?.finished).rejects.toMatchObject({ reason: 'unsigned' })
    expect(await next.storage.getInstalledPlugins()).toEqual([])
  })

  it('a record of keys that the own keys do not lead to -> means nothing', async () => {
    const stage = createTrustStage()
    const stores = await stage.host.open()
    const epoch = await stores.records.claimEpoch()
    const value = { v: 1, version: 0, lists: [signedBy((await buildPlugin()).manifest, MALLORY)] }
    await stores.records.commit([{ key: TRUST_KEYS.keys, value }], { epoch })
    await stores.close()
    const dock = await stage.open({ trust: trusting([ALICE]) })
    expect(await stage.outcome(dock, await stage.offerSigned({ id: 'acme.a' }, [ALICE]))).toBe('installed')
    expect(await stage.outcome(dock, await stage.offerSigned({ id: 'acme.b' }, [MALLORY]))).toBe(
      'signature: unknown-key',
    )
  })
})

describe('the app and the plugin have to fit', () => {
  const offer = async (engines: object, host: { hostVersion?: string; hostName?: string }) => {
    const stage = createTrustStage()
    const dock = await stage.open(host)
    const task = await dock.downloads.startDownload(stage.offer(await buildPlugin(), (it) => ({ ...it, engines })))
    return task.finished.then(({ version }) => version)
  }

  it.each([
    ['within the range', { 'acme-editor': '^2' }, { hostVersion: '2.5.0' }],
    ['made for several apps, and this one is named', { a: '^1', b: '^2' }, { hostVersion: '2.5.0', hostName: 'b' }],
    ['made for others only', { a: '^1' }, { hostVersion: '2.5.0', hostName: 'b' }],
    ['the app does not say which version it is', { a: '^9' }, {}],
  ])('%s -> installed', async (_, engines, host) => {
    expect(await offer(engines, host)).toBe('1.0.0')
  })

  it('the app is too old -> unsupported, and which version would fit', async () => {
    const refused = offer({ 'acme-editor': '>=2.3 <4' }, { hostVersion: '1.9.0' })
    await expect(refused).rejects.toThrow(
      'acme.charts 1.0.0 needs acme-editor >=2.3 <4, and this is 1.9.0: 2.3.0 is the lowest version that fits',
    )
    await expect(refused).rejects.toMatchObject({
      code: 'unsupported',
      needs: { engine: 'acme-editor', range: '>=2.3 <4', hostVersion: '1.9.0', lowest: '2.3.0' },
    })
  })

  it('given as an object -> told by the task, as by URL', async () => {
    const stage = createTrustStage()
    const dock = await stage.open({ hostVersion: '1.0.0' })
    const { manifest } = await buildPlugin()
    const task = await dock.downloads.startDownload(
      { ...manifest, engines: { a: '^2' } },
      { baseUrl: 'https://x.test' },
    )
    await expect(task.finished).rejects.toMatchObject({ code: 'unsupported', needs: { lowest: '2.0.0' } })
  })

  it.each([
    [{ hostVersion: 'two' }],
    [{ minimumVersions: { 'acme.charts': '2' } }],
    [{ trust: { keys: [] } }],
    [{ trust: { ...trusting([ALICE]), keyList: 'keys.json' } }],
  ])('the option %j -> the dock does not open, and says why', async (options) => {
    await expect(createTrustStage().open(options)).rejects.toMatchObject({ code: 'unsupported' })
  })

  it('a host that checks no signatures is given keys -> the dock does not open', async () => {
    const host = { ...createMemoryHost(), signatures: undefined }
    await expect(createPluginDockOn(host, { trust: trusting([ALICE]) })).rejects.toThrow('checks no signatures')
  })
})

/** S plus the order of the group: the same point for who does not look at its size. */
function withOrderAdded(signature: Uint8Array): Uint8Array<ArrayBuffer> {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const little = Buffer.from(signature.slice(32)).reverse().toString('hex')
  const scalar = (BigInt(`0x${little}`) + order).toString(16).padStart(64, '0')
  return new Uint8Array(Buffer.concat([signature.slice(0, 32), Buffer.from(scalar, 'hex').reverse()]))
}
