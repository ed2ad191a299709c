/**
 * What an update costs: a bundle of 50 MB is installed, then its next version; printed is what the origin sent of it,
 * its manifest included, which names every file.
 *
 *   npm run bench:delta -- [--mb 50] [--edits <only so many>] [--directory <tmp>] [--json <file>] [--keep]
 *
 * Two thirds of the bundle are media that do not shrink, the rest is source text of packages that this project has
 * anyway. `plugdock` is what `packBundle` makes; `fixed` has chunks of 128 KiB instead; `plain` is the archive of an
 * ordinary packer, cut by content. Every install is the built package's, over HTTP from this process.
 */
import { createCipheriv, createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { cp, mkdir, mkdtemp, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { ZipFile } from 'yazl'
import { createPluginDock } from '../dist/src/hosts/node/index.js'
import { packBundle } from '../dist/src/publish/index.js'
import { benchOptions } from './report/options.mjs'
import { startReport } from './report/report.mjs'

const MB = 1e6
const ID = 'bench.delta'
const PACKAGES = fileURLToPath(new URL('../node_modules/', import.meta.url))
const TEXTS = ['three/build', 'three/src', 'echarts/lib/chart', 'pdfjs-dist/build']
const TEXT_NAMES = new Set(['.js', '.mjs', '.cjs'])
const MEDIA_MIN_BYTES = 100_000
const MEDIA_SPAN_BYTES = 1_500_000
const SOURCE = 'echarts/lib/chart/custom/CustomView.js'
const LARGE_SCRIPT = 'pdfjs-dist/build/pdf.worker.mjs'

const options = benchOptions({ mb: 50, edits: 0, directory: tmpdir() })

const EDITS = {
  'one part of 1 % replaced': (folder, size) => replacePart(folder, Math.round(size / 100)),
  'a line put into a source': (folder) => insertLine(join(folder, 'text', SOURCE)),
  'a line put into a big script': (folder) => insertLine(join(folder, 'text', LARGE_SCRIPT), 0.1),
  'a line put into 20 sources': insertLines,
  'a media file renamed': (folder) => rename(join(folder, 'media/7.png'), join(folder, 'media/renamed.png')),
  'a source file renamed': (folder) => rename(join(folder, 'text', SOURCE), join(folder, 'text/renamed.js')),
  'a media file added': (folder) => writeFile(join(folder, 'media/15b.png'), noise(300_000, 250)),
}
const PACKERS = {
  plugdock: (input, about) => packBundle({ input, ...about }),
  fixed: (input, about) => packBundle({ input, ...about, chunkLength: 128 * 1024 }),
  plain: packPlainly,
}

const root = await mkdtemp(join(options.directory, 'plugdock-delta-'))
const origin = await serve(join(root, 'site'))
try {
  await tell(await measure())
} finally {
  origin.close()
  await rm(root, { recursive: true, force: true })
}

async function measure() {
  const folder = join(root, 'input')
  const files = await makeInput(folder)
  const first = await publish(folder, '1.0.0', 'first')
  const updates = []
  for (const [name, edit] of Object.entries(EDITS).slice(0, options.edits || undefined)) {
    const next = join(root, 'next')
    await cp(folder, next, { recursive: true })
    await edit(next, first.plugdock.size)
    const published = await publish(next, '1.0.1', 'next')
    const costs = {}
    for (const packer of Object.keys(PACKERS)) costs[packer] = await update(first[packer], published[packer])
    updates.push({ name, costs })
    await rm(next, { recursive: true })
  }
  return { files, bundles: first, updates }
}

async function makeInput(folder) {
  await writeFile(await made(join(folder, 'index.js')), 'export default 1\n')
  let textBytes = 0
  for (const path of await textPaths()) {
    await cp(join(PACKAGES, path), await made(join(folder, 'text', path)))
    textBytes += (await stat(join(PACKAGES, path))).size
  }
  // source text shrinks to a quarter
  for (let seed = 0, left = options.mb * MB - textBytes / 4; left > MEDIA_MIN_BYTES; seed++) {
    const bytes = Math.min(left, MEDIA_MIN_BYTES + ((seed * 7919 * 104_729) % MEDIA_SPAN_BYTES))
    await writeFile(await made(join(folder, `media/${seed}.png`)), noise(Math.round(bytes), seed))
    left -= bytes
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}

async function textPaths() {
  const paths = []
  for (const folder of TEXTS) {
    const names = await readdir(join(PACKAGES, folder), { recursive: true })
    paths.push(...names.filter((name) => TEXT_NAMES.has(extname(name))).map((name) => join(folder, name)))
  }
  return paths
}

function noise(size, seed) {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(size))
}

async function made(path) {
  await mkdir(dirname(path), { recursive: true })
  return path
}

/** New bytes in the middle of the largest media file, as many as asked for. */
async function replacePart(folder, bytes) {
  const media = join(folder, 'media')
  const names = await readdir(media)
  const sized = await Promise.all(names.map(async (name) => ({ name, size: (await stat(join(media, name))).size })))
  const { name, size } = sized.sort((a, b) => b.size - a.size)[0]
  const file = await open(join(media, name), 'r+')
  await file.write(noise(bytes, 251), 0, bytes, Math.floor((size - bytes) / 2))
  await file.close()
}

async function insertLine(path, where = 0.5) {
  const text = await readFile(path, 'utf8')
  const at = text.indexOf('\n', text.length * where)
  await writeFile(path, `${text.slice(0, at)}\nconst changed = true${text.slice(at)}`)
}

/** In one folder: a change usually is of things that belong together. */
async function insertLines(folder) {
  const sources = join(folder, 'text/three/src/renderers/webgl')
  const names = (await readdir(sources)).filter((name) => name.endsWith('.js')).slice(0, 20)
  for (const name of names) await insertLine(join(sources, name))
}

async function publish(input, version, place) {
  const published = {}
  for (const [packer, pack] of Object.entries(PACKERS)) {
    const outDir = join(root, 'site', packer, place)
    const { manifest, manifestPath } = await pack(input, { id: ID, version, outDir })
    const { size, chunks, integrity } = manifest.bundle
    const url = `${origin.url}/${packer}/${place}/manifest.json`
    const chunkCount = Buffer.from(chunks.digests, 'base64').length / 32
    published[packer] = { url, size, integrity, chunkCount, manifestBytes: (await stat(manifestPath)).size }
  }
  return published
}

async function packPlainly(input, about) {
  const path = join(root, 'plain.zip')
  const zip = new ZipFile()
  const names = await readdir(input, { recursive: true, withFileTypes: true })
  const files = names
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  for (const file of files) {
    zip.addFile(file, file.slice(input.length + 1), { compress: !file.endsWith('.png'), mtime: new Date(2000, 0, 1) })
  }
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
  return packBundle({ input: path, ...about })
}

/** Installs one version, then the other in a dock that has the first; says what the origin sent for the second. */
async function update(first, next) {
  const directory = await mkdtemp(join(root, 'store-'))
  const dock = await createPluginDock({ directory })
  try {
    await (await dock.downloads.startDownload(first.url)).finished
    const before = { ...origin.sent }
    await (await dock.downloads.startDownload(next.url)).finished
    const bytes = origin.sent.bytes - before.bytes
    return { bytes, requests: origin.sent.requests - before.requests }
  } finally {
    await dock.close()
    await checkBytes(join(directory, 'bundles'), next)
    await rm(directory, { recursive: true })
  }
}

async function checkBytes(bundles, { integrity }) {
  for (const name of await readdir(bundles)) {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(bundles, name)), hash)
    if (integrity === `sha256-${hash.digest('base64')}`) return
  }
  throw new Error('The next version was not installed')
}

/** Plain files with ranges; counts what is sent of bundles. */
async function serve(site) {
  const sent = { bytes: 0, requests: 0 }
  const server = createServer((request, response) => {
    send(join(site, request.url), request, response, sent).catch(() => response.destroy())
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${server.address().port}`, sent, close }
}

async function send(path, { headers }, response, sent) {
  const { size } = await stat(path)
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
  const start = Number(first ?? 0)
  const end = last ? Math.min(Number(last), size - 1) : size - 1
  const part = first === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }
  response.writeHead(first === undefined ? 200 : 206, { 'content-length': end - start + 1, etag: `"${size}"`, ...part })
  if (path.endsWith('manifest.json')) return pipeline(createReadStream(path), response)
  sent.requests++
  const count = async function* (pieces) {
    for await (const piece of pieces) {
      sent.bytes += piece.length
      yield piece
    }
  }
  await pipeline(createReadStream(path, { start, end }), count, response)
}

async function tell({ files, bundles, updates }) {
  const report = startReport('delta', options)
  for (const packer of Object.keys(PACKERS)) {
    const { size, chunkCount, manifestBytes } = bundles[packer]
    const [first] = updates
    report.addFigures({
      title: `Sent of the next version of ${options.mb} MB in ${files} files, packed by ${packer}`,
      plotted: '%',
      rows: Object.fromEntries(
        updates.map(({ name, costs }) => {
          const { bytes, requests } = costs[packer]
          const sentBytes = bytes + manifestBytes
          return [name, { '%': (sentBytes / size) * 100, kB: sentBytes / 1000, requests }]
        }),
      ),
      ours: packer === 'plugdock' ? updates.map(({ name }) => name) : [],
      goals: packer === 'plugdock' ? { P11: { row: first.name } } : {},
    })
    const manifest = `${(manifestBytes / 1000).toFixed(0)} kB (${((100 * manifestBytes) / size).toFixed(2)} %)`
    report.note(`Packed by ${packer}: ${chunkCount} chunks; ${manifest} of what is sent is the manifest.`)
  }
  await report.finish()
}
