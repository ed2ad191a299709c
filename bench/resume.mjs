/**
 * How many bytes are fetched again after SIGKILL, by the command line in Node.
 *
 *   npm run bench:resume -- [--rounds 5] [--mib 32] [--json]
 *
 * The origin goes silent on every connection at a byte that differs from round to round; once the client has read all
 * that was sent, it is killed and started anew. What a killed client leaves in socket buffers is so not counted.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { always, buildPlugin, createScriptedOrigin, publishOn, stall } from '../dist/src/testing/index.js'

const MIB = 1024 * 1024
const CHUNK_BYTES = 128 * 1024
const FIRST_SILENCE_BYTES = 2 * MIB
/** For so long nothing may have moved: what was read by then is written as far as it ever will be. */
const QUIET_MS = 1000
const BETWEEN_ROUNDS_BYTES = 333_333
const CLI = fileURLToPath(new URL('../dist/src/cli/main.js', import.meta.url))
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    mib: { type: 'string', default: '32' },
    json: { type: 'boolean', default: false },
  },
})

const size = Number(options.mib) * MIB
const bundles = {
  'with a chunk map': await buildPlugin({ id: 'bench.chunks', size, chunkLengths: CHUNK_BYTES }),
  'url, size and digest only': await buildPlugin({ id: 'bench.whole', size, chunkLengths: 'none' }),
}
const origin = createScriptedOrigin()
const listening = await origin.listen()
const report = { mib: Number(options.mib), load: loadavg()[0], bundles: {} }
try {
  for (const [title, plugin] of Object.entries(bundles)) report.bundles[title] = await killRounds(plugin)
} finally {
  await listening.close()
}
console.log(options.json ? JSON.stringify(report, undefined, 2) : inWords(report))

async function killRounds(plugin) {
  const rounds = []
  for (let round = 0; round < Number(options.rounds); round++) {
    rounds.push(await killOnce(plugin, FIRST_SILENCE_BYTES + round * BETWEEN_ROUNDS_BYTES))
  }
  return {
    bytesFetchedAgain: spread(rounds.map(({ bytesFetchedAgain }) => bytesFetchedAgain)),
    perConnection: spread(rounds.map(({ bytesFetchedAgain, connections }) => bytesFetchedAgain / connections)),
    connections: spread(rounds.map(({ connections }) => connections)),
  }
}

async function killOnce(plugin, silentAt) {
  const { id, version } = plugin.manifest
  const path = `/${id}/${id}-${version}.bin`
  const url = publishOn(origin, plugin).replace(origin.url, listening.url)
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-bench-'))
  try {
    origin.forgetRequests()
    origin.script(path, always(stall(silentAt)))
    const readBefore = await killWhenSilent(url, directory, () => origin.bytesSent(path))
    const connections = origin.requests.filter((request) => request.path === path).length
    origin.unscript(path)
    const readAfter = await finish(url, directory)
    await checkBytes(directory, plugin.bytes)
    return { connections, bytesFetchedAgain: readBefore + readAfter - size }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** What it read by then. */
async function killWhenSilent(url, directory, sentBytes) {
  const { child, ended, progress } = install(url, directory)
  let seen = 0
  const look = () => {
    const { bytesTransferred = 0 } = progress.at(-1) ?? {}
    if (bytesTransferred > 0 && bytesTransferred === seen && seen === sentBytes()) child.kill('SIGKILL')
    seen = bytesTransferred
  }
  const timer = setInterval(look, QUIET_MS)
  await ended
  clearInterval(timer)
  return seen
}

/** What it read. */
async function finish(url, directory) {
  const { ended, progress } = install(url, directory)
  const [status] = await ended
  if (status !== 0) throw new Error(`The second run ended with ${status}`)
  return progress.at(-1).bytesTransferred - progress[0].bytesTransferred
}

/** The command line, and every progress that it tells of. */
function install(url, directory) {
  const child = spawn(process.execPath, [CLI, 'install', url, '--store', directory, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const progress = []
  createInterface(child.stdout).on('line', (line) => {
    const told = JSON.parse(line)
    if (told.type === 'progress') progress.push(told)
  })
  return { child, ended: once(child, 'close'), progress }
}

async function checkBytes(directory, bytes) {
  const folder = join(directory, 'bundles')
  const [name] = await readdir(folder)
  if (!(await readFile(join(folder, name))).equals(bytes)) throw new Error('Other bytes were installed')
}

function spread(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  return { median: sorted[Math.floor(sorted.length / 2)], min: sorted[0], max: sorted.at(-1) }
}

function inWords({ mib, load, bundles }) {
  const kib = ({ median, min, max }) => [median, min, max].map((bytes) => Math.round(bytes / 1024)).join(' / ')
  const lines = Object.entries(bundles).map(
    ([title, { bytesFetchedAgain, perConnection, connections }]) =>
      `${title}: ${kib(bytesFetchedAgain)} KiB fetched again (median / min / max), ` +
      `${kib(perConnection)} KiB a connection, over ${connections.median} connections`,
  )
  return [`${mib} MiB, killed once a round, load ${load.toFixed(1)}`, ...lines].join('\n')
}
