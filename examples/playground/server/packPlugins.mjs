/** Packs the catalogue's plugins, or takes them from the cache where nothing of them has changed. */
import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { packBundle } from '../../../dist/src/publish/index.js'
import { CATALOGUE } from './catalogue.mjs'

const ENTRIES = fileURLToPath(new URL('../plugins', import.meta.url))
const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url))
/** Of how a plugin's folder is laid out below. */
const LAYOUT = 1

/**
 * @typedef {import('./catalogue.mjs').CatalogueEntry & { id: string, version: string, sizeBytes: number,
 *   integrity: string, bundleName: string, manifest: Buffer, bundle: Buffer }} Release
 *
 * @param {{ cache: string, onPack?: (title: string) => void }} options
 * @returns {Promise<Release[]>}
 */
export async function packPlugins({ cache, onPack = () => {} }) {
  await mkdir(cache, { recursive: true })
  return Promise.all(CATALOGUE.map((entry) => release(entry, cache, onPack)))
}

function idOf({ name }) {
  return `acme.${name}`
}

/**
 * A later version of a plugin, of which nothing is wrong but that it throws when it starts. Its bytes are new each time,
 * for a bundle that failed once is not tried again, not even where its plugin was removed meanwhile.
 *
 * @param {Release} release
 * @param {string} version
 * @param {{ cache: string }} options
 * @returns {Promise<Release>}
 */
export async function packBroken(release, version, { cache }) {
  const number = Date.now()
  const folder = join(cache, `broken-${release.name}-${number}`)
  const breakIt = (input) => writeFile(join(input, 'index.js'), brokenEntry(release.title, version, number))
  try {
    return { ...release, version, ...(await pack(release, { version, folder, change: breakIt })) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function brokenEntry(title, version, number) {
  const message = `${title} ${version} was published broken, on purpose`
  return `// ${number}\nexport function mount() {\n  throw new Error(${JSON.stringify(message)})\n}\n`
}

async function release(entry, cache, onPack) {
  const { version } = JSON.parse(await readFile(join(MODULES, entry.npm, 'package.json'), 'utf8'))
  const folder = join(cache, `${entry.name}-${version}-${await fingerprint(entry)}`)
  const packed = (await read(folder)) ?? (await packFirst(entry, { version, folder }, onPack))
  return { ...entry, id: idOf(entry), version, ...packed }
}

async function packFirst(entry, options, onPack) {
  onPack(entry.title)
  await removeOlder(entry.name, options.folder)
  return pack(entry, options)
}

async function fingerprint({ name, title, about, npm, hue, specifiers, isBundled }) {
  const entry = { name, title, about, npm, hue, specifiers, isBundled }
  const hash = createHash('sha256').update(JSON.stringify([LAYOUT, entry]))
  const folder = join(ENTRIES, entry.name)
  for (const file of (await readdir(folder)).sort()) hash.update(file).update(await readFile(join(folder, file)))
  return hash.digest('hex').slice(0, 12)
}

/** `undefined` where it was not packed, or not to its end. */
async function read(folder) {
  try {
    const manifest = await readFile(join(folder, 'manifest.json'))
    const { bundle } = JSON.parse(manifest.toString())
    const [bundleName] = bundle.urls
    const bytes = await readFile(join(folder, bundleName))
    return { manifest, bundleName, bundle: bytes, sizeBytes: bundle.size, integrity: bundle.integrity }
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Another start may pack the same: each in a folder of its own, and whoever is first wins. */
async function pack(entry, { version, folder, change = async () => {} }) {
  const work = `${folder}.${process.pid}`
  const input = join(work, 'plugin')
  const outDir = join(work, 'packed')
  try {
    await layOut(entry, input)
    await change(input)
    await packBundle({ input, id: idOf(entry), version, name: entry.title, entry: 'index.js', outDir })
    await rename(outDir, folder).catch((error) => {
      if (!['EEXIST', 'ENOTEMPTY'].includes(error.code)) throw error
    })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return read(folder)
}

async function removeOlder(name, folder) {
  const older = (await readdir(dirname(folder))).filter(
    (other) => other.startsWith(`${name}-`) && !/\.\d+$/.test(other),
  )
  await Promise.all(older.map((other) => rm(join(dirname(folder), other), { recursive: true })))
}

/** Our entry, and beside it the package in a folder of its name. */
async function layOut(entry, target) {
  await cp(join(ENTRIES, entry.name), target, { recursive: true })
  const folder = join(target, basename(entry.npm))
  if (entry.isBundled) return bundle(entry.npm, folder)
  const source = join(MODULES, entry.npm)
  const filter = (path) => !relative(source, path).split(sep).includes('node_modules')
  await cp(source, folder, { recursive: true, filter })
  if (entry.specifiers) await rewriteAll(folder, entry.specifiers)
}

/** A page without a service worker cannot link modules that import each other in a circle. */
async function bundle(npm, folder) {
  const entry = `${folder}.entry.mjs`
  await mkdir(dirname(entry), { recursive: true })
  await writeFile(entry, `export * from ${JSON.stringify(join(MODULES, npm))}\n`)
  await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: { outDir: folder, minify: false, lib: { entry, formats: ['es'], fileName: () => `${npm}.js` } },
  })
  await rm(entry)
}

/** Bare specifiers become relative ones: nobody else has to know what they mean. */
async function rewriteAll(folder, specifiers) {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.js'))
  for (const file of files) await rewrite(folder, file, specifiers)
}

async function rewrite(folder, file, specifiers) {
  const text = await readFile(join(folder, file), 'utf8')
  const changed = text.replaceAll(/(\bfrom\s*)'([^'.][^']*)'/g, (whole, from, name) =>
    specifiers[name] ? `${from}'${relativeUrl(file, specifiers[name])}'` : whole,
  )
  if (changed !== text) await writeFile(join(folder, file), changed)
}

function relativeUrl(file, target) {
  const path = relative(dirname(file), target).split(sep).join('/')
  return path.startsWith('.') ? path : `./${path}`
}
