/** Plugins that do nothing but take up room: the storage is full, and what fills it can be let go of. */
import { randomFillSync } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packBundle } from '../../../dist/src/publish/index.js'

const FILLER = {
  name: 'filler',
  id: 'acme.filler',
  title: 'Space filler',
  about: 'Takes up room',
  npm: 'filler',
  hue: 6,
}
const DRAFTS = { name: 'drafts', id: 'acme.drafts', title: 'Old drafts', about: 'Takes up room', npm: 'drafts', hue: 2 }
/** Too little to make room for a big one by itself. */
const DRAFTS_BYTES = 1_500_000
const ENTRY = `export function mount(element) {
  const text = Object.assign(document.createElement('p'), { className: 'pg-plugin-page' })
  text.textContent = 'This is here to take up room, and for nothing else. Remove it when you have seen enough.'
  element.replaceChildren(text)
  return () => text.remove()
}
`
/** Of the archive and its entry. */
const OVERHEAD_BYTES = 32 * 1024

/**
 * One that takes nearly all, and a small one beside it.
 *
 * @param {number} sizeBytes of both, roughly
 * @returns {Promise<import('./packPlugins.mjs').Release[]>}
 */
export function packFillers(sizeBytes) {
  return Promise.all([packFiller(FILLER, sizeBytes - DRAFTS_BYTES), packFiller(DRAFTS, DRAFTS_BYTES)])
}

async function packFiller(about, sizeBytes) {
  const work = await mkdtemp(join(tmpdir(), 'plugdock-filler-'))
  // always later than the one before
  const version = `1.0.${Math.floor(Date.now() / 1000)}`
  const { id, title } = about
  try {
    const input = join(work, 'plugin')
    await mkdir(input)
    await writeFile(join(input, 'index.js'), ENTRY)
    await writeFile(join(input, 'room.bin'), randomFillSync(Buffer.alloc(Math.max(0, sizeBytes - OVERHEAD_BYTES))))
    const outDir = join(work, 'packed')
    const options = { input, id, version, name: title, entry: 'index.js', outDir }
    const { manifestPath, bundlePath, manifest } = await packBundle(options)
    const [bundleName] = manifest.bundle.urls
    const { size, integrity } = manifest.bundle
    const files = { manifest: await readFile(manifestPath), bundle: await readFile(bundlePath), bundleName }
    return { ...about, version, sizeBytes: size, integrity, ...files }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}
