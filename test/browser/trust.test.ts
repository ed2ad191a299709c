import { afterEach, beforeEach, expect, it } from 'vitest'
import { commands } from 'vitest/browser'
import { createEd25519 } from '../../src/adapters/ed25519.js'
import { formatEnvelope, MANIFEST_PAYLOAD_TYPE, type SignedManifest, signedBytes } from '../../src/domain/envelope.js'
import type { PluginManifest } from '../../src/domain/manifest.js'
import type { TrustOptions } from '../../src/domain/trust.js'
import { createPluginDock, type PluginDock } from '../../src/hosts/browser/index.js'
import { buildPlugin } from '../../src/testing/index.js'
import { freshName, removeFolderOf } from './engineWorker.js'

let origin: string
let name: string
const docks: PluginDock[] = []

beforeEach(async () => {
  origin = await commands.openOrigin()
  name = freshName()
})
afterEach(async () => {
  await Promise.all(docks.splice(0).map((dock) => dock.close()))
  await commands.closeOrigin(origin)
  await removeFolderOf(name)
})

async function makeKey() {
  // reason: Ed25519 always makes a pair, and the library's types do not say so
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
  const { kty, crv, x } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const trust: TrustOptions = { keys: [{ keyid: 'acme', algorithm: 'ed25519', publicKey: { kty, crv, x } }] }
  return { pair, trust }
}

async function sign(manifest: PluginManifest, key: CryptoKey): Promise<SignedManifest> {
  const payload = new TextEncoder().encode(JSON.stringify(manifest))
  const message = signedBytes(MANIFEST_PAYLOAD_TYPE, payload)
  const sig = new Uint8Array(await crypto.subtle.sign('Ed25519', key, message))
  return JSON.parse(
    formatEnvelope({ payloadType: MANIFEST_PAYLOAD_TYPE, payload, signatures: [{ keyid: 'acme', sig }] }),
  )
}

async function open(trust: TrustOptions): Promise<PluginDock> {
  const dock = await createPluginDock({ name, trust })
  docks.push(dock)
  return dock
}

it('in a page: signed by the key -> installed; by another, or by nobody -> refused, and nothing is fetched', async () => {
  const [good, bad] = [await makeKey(), await makeKey()]
  const dock = await open(good.trust)
  const baseUrl = await commands.publish(origin, {})
  const { manifest } = await buildPlugin()
  const forged = await dock.downloads.startDownload(await sign(manifest, bad.pair.privateKey), { baseUrl })
  await expect(forged.finished).rejects.toMatchObject({ code: 'signature', reason: 'mismatch' })
  const unsigned = await dock.downloads.startDownload(baseUrl)
  await expect(unsigned.finished).rejects.toMatchObject({ code: 'signature', reason: 'unsigned' })
  expect(await dock.storage.getInstalledPlugins()).toEqual([])
  const task = await dock.downloads.startDownload(await sign(manifest, good.pair.privateKey), { baseUrl })
  expect(await task.finished).toMatchObject({ pluginId: 'acme.charts', version: '1.0.0' })
})

it('in a page whose WebCrypto has no Ed25519 -> the library that is loaded then says the same', async () => {
  const { pair } = await makeKey()
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))
  const message = new TextEncoder().encode('what was signed')
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, message))
  const refuse = () => Promise.reject(new DOMException('Unrecognized name', 'NotSupportedError'))
  const old = createEd25519({ subtle: { importKey: refuse } } as never) // reason: half of it, as older Safaris have
  expect(await old.verify({ publicKey, signature, message })).toBe(true)
  expect(await old.verify({ publicKey, signature, message: new Uint8Array(3) })).toBe(false)
})
