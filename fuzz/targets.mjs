/**
 * What strangers' bytes reach first. Each target takes any bytes: it settles, or throws one of plugdock's own errors;
 * anything else is a finding. `modules` are the package's, of the sources or of the build.
 */
import { createHash, createPublicKey, verify } from 'node:crypto'

const KEY = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex')
const X = KEY.toString('base64url')

/** The key of RFC 8032's first vector: nobody signs with it here. */
export const TRUST = {
  keys: [{ keyid: 'test', algorithm: 'ed25519', publicKey: { kty: 'OKP', crv: 'Ed25519', x: X } }],
  required: false,
}

const PLUGIN = { pluginId: 'acme.charts', version: '1.0.0' }

export function createTargets(modules) {
  return {
    manifest: async (bytes) => void modules.readManifest(bytes),
    envelope: (bytes) => openDocument(modules, bytes),
    zip: (bytes) => inspectZip(modules, bytes),
  }
}

/** As a dock reads what an address answered, with keys; and as a list of keys. */
async function openDocument(
  { TrustDesk, readTrust, openManifest, readManifestDocument, readKeyLists, followKeyLists },
  bytes,
) {
  const trust = new TrustDesk(readTrust(TRUST), verifyInNode)
  const tries = [
    async () => openManifest({ trust }, readManifestDocument(bytes), { now: 0 }),
    async () => followKeyLists(trust.keys, readKeyLists(bytes), { verify: verifyInNode }),
  ]
  const errors = []
  for (const attempt of tries) await attempt().catch((error) => errors.push(error))
  for (const error of errors) if (error.code === undefined || errors.length === tries.length) throw error
}

async function inspectZip({ inspectArchive, createVerifiedBundle, ChunkMap, createNodeDigester }, bytes) {
  if (bytes.length === 0) return
  const digester = createNodeDigester()
  const map = ChunkMap.of(bytes.length, bytes.length, new Uint8Array(createHash('sha256').update(bytes).digest()))
  const reader = {
    size: bytes.length,
    read: async (offset, length) => new Uint8Array(bytes.subarray(offset, offset + length)),
    close: async () => {},
  }
  const bundle = createVerifiedBundle({ reader, map, digester, ...PLUGIN })
  try {
    await inspectArchive(bundle, { format: 'zip', entry: 'index.js' }, digester)
  } finally {
    await bundle.close()
  }
}

async function verifyInNode({ publicKey, signature, message }) {
  const x = Buffer.from(publicKey).toString('base64url')
  return verify(null, message, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }), signature)
}

/** Runs one input. Throws what is a finding: another error than plugdock's own, or a prototype that was changed. */
export async function runTarget(target, bytes, isOwnError) {
  try {
    await target(bytes)
  } catch (error) {
    if (!isOwnError(error)) throw error
  }
  for (const prototype of [Object.prototype, Array.prototype, Function.prototype])
    for (const key of Object.keys(prototype)) {
      Reflect.deleteProperty(prototype, key)
      throw new Error(`A prototype was given the property "${key}"`)
    }
}
