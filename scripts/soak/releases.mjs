import { createHash } from 'node:crypto'
import { buildPlugin, seededBytes } from '../../dist/src/testing/index.js'

const PLUGINS = [
  { id: 'acme.charts', chunkLengths: 16_384, size: 300_000 },
  { id: 'acme.maps', chunkLengths: 65_536, size: 700_000 },
  { id: 'acme.notes', chunkLengths: 'none', size: 120_000 },
  { id: 'acme.paint', chunkLengths: 4096, size: 40_000 },
]
const VERSIONS = ['1.0.0', '1.1.0', '2.0.0', '3.0.0']

/**
 * Puts every version of every plugin on an origin, under a path of its own; `latest` of each can be moved from one to
 * another. `hashes`: of all bundles, by `<id> <version>`.
 */
export async function publishAll(origin, baseUrl) {
  const hashes = {}
  const released = new Map()
  const bundles = []
  const documents = []
  for (const { id, size, chunkLengths } of PLUGINS) {
    for (const version of VERSIONS) {
      const bytes = Buffer.concat([seededBytes(size / 2, id), seededBytes(size / 2, `${id} ${version}`)])
      const { manifest } = await buildPlugin({ id, version, bytes, chunkLengths })
      const path = `/${id}/${version}/${id}.bin`
      const urls = [`..${path.slice(`/${id}`.length)}`]
      origin.put(path, bytes)
      const own = { ...manifest, bundle: { ...manifest.bundle, urls } }
      putManifest(origin, `/${id}/${version}`, own)
      released.set(`${id} ${version}`, own)
      documents.push(`/${id}/${version}/manifest.json`)
      bundles.push({ path, size: bytes.length })
      hashes[`${id} ${version}`] = createHash('sha256').update(bytes).digest('hex')
    }
    documents.push(`/${id}/latest/manifest.json`)
  }
  const release = (id, version) => putManifest(origin, `/${id}/latest`, released.get(`${id} ${version}`))
  for (const { id } of PLUGINS) release(id, VERSIONS[0])
  const releaseAny = (pick) => release(pick(PLUGINS).id, pick(VERSIONS))
  return { hashes, bundles, documents, manifests: documents.map((path) => baseUrl + path), releaseAny }
}

function putManifest(origin, folder, manifest) {
  origin.put(`${folder}/manifest.json`, { bytes: JSON.stringify(manifest), contentType: 'application/json' })
}
