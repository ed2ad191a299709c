/**
 * The tour in a terminal: packs three real npm packages, serves them on loopback at the pace of a middling line,
 * breaks one of the connections twice, and installs, checks and reads them by the command line. Runs on the built
 * package; what it makes lies in a temporary folder that it removes.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createScriptedOrigin, dropAfter } from '../dist/src/testing/index.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const CLI = join(ROOT, 'dist/src/cli/main.js')
const MEBIBYTES_PER_SECOND = 6
const PLUGINS = [
  { id: 'echarts', name: 'ECharts' },
  { id: 'pdfjs-dist', name: 'PDF.js' },
  { id: 'three', name: 'three.js' },
]

const work = await mkdtemp(join(tmpdir(), 'plugdock-tour-'))
// Ctrl-C goes to the command that runs; the tour ends when that has ended.
process.on('SIGINT', () => {})
const origin = createScriptedOrigin()
let server
try {
  const releases = await packAll()
  server = await origin.listen()
  await installAll(releases)
  await checkAll()
  await readOne()
  say('That is all. Everything the tour made is removed again.')
} catch (error) {
  process.exitCode = error.status ?? 1
  if (error.status !== 130) console.error(error.status ? error.message : error)
} finally {
  await server?.close()
  await rm(work, { recursive: true, force: true })
}

async function packAll() {
  say('Three npm packages become plugins: a bundle each, and a manifest with the digest of every 128 KiB.')
  console.log(`\n$ cd ${work}`)
  const releases = []
  for (const { id, name } of PLUGINS) {
    const input = join(ROOT, 'node_modules', id)
    const { version } = JSON.parse(await readFile(join(input, 'package.json'), 'utf8'))
    const out = join('releases', id)
    await plugdock(['pack', input, '--id', id, '--version', version, '--name', name, '--out', out])
    const files = join(work, out)
    const manifest = JSON.parse(await readFile(join(files, 'manifest.json'), 'utf8'))
    releases.push({ id, files, manifest })
  }
  return releases
}

async function installAll(releases) {
  for (const { id, files, manifest } of releases) {
    const [bundle] = manifest.bundle.urls
    origin.put(`/${id}/manifest.json`, await readFile(join(files, 'manifest.json')))
    origin.put(`/${id}/${bundle}`, await readFile(join(files, bundle)))
  }
  const [{ id, manifest }] = releases
  const { urls, size } = manifest.bundle
  // The second answer begins where the first broke off.
  origin.script(`/${id}/${urls[0]}`, dropAfter(Math.floor(size * 0.3)), dropAfter(Math.floor(size * 0.35)))
  origin.limitBytesPerSecond = MEBIBYTES_PER_SECOND * 1024 * 1024
  say(
    `They are installed from ${server.url}, at ${MEBIBYTES_PER_SECOND} MiB/s together.`,
    'The connection of ECharts breaks twice, at about 30 % and 65 %: it waits, and goes on where it was.',
  )
  await plugdock([
    'install',
    ...releases.map((release) => `${server.url}/${release.id}/manifest.json`),
    '--store',
    'store',
  ])
  const sent = origin.bytesSent(`/${id}/${urls[0]}`)
  const requests = origin.requests.filter(({ path }) => path === `/${id}/${urls[0]}`).length
  console.log(`\nECharts has ${megabytes(size)}; in ${requests} requests the server sent ${megabytes(sent)}.`)
}

async function checkAll() {
  say('Every stored byte is read again and checked.')
  await plugdock(['verify', '--store', 'store'])
}

async function readOne() {
  say('One file of a bundle, checked as it is read.')
  await plugdock(['cat', 'three', 'package.json', '--store', 'store'], { lines: 5 })
}

/** Runs a command as a person would, and shows it as it would be typed. */
async function plugdock(args, { lines } = {}) {
  console.log(`\n$ npx plugdock ${args.join(' ')}${lines ? ` | head -${lines}` : ''}`)
  const stdio = ['inherit', lines ? 'pipe' : 'inherit', 'inherit']
  const child = spawn(process.execPath, [CLI, ...args], { cwd: work, stdio })
  const ended = once(child, 'exit')
  if (lines) await head(child.stdout, lines)
  const [status, signal] = await ended
  if (status !== 0) throw Object.assign(new Error(`plugdock ended with ${status ?? signal}`), { status: status ?? 1 })
}

/** Prints some lines, and closes the pipe as head does. */
async function head(stream, lines) {
  let left = lines
  for await (const line of createInterface(stream)) {
    console.log(line)
    if (--left === 0) break
  }
  stream.destroy()
}

function say(...lines) {
  console.log(`\n\x1b[1m${lines.join('\n')}\x1b[22m`)
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
