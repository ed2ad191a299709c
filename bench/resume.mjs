/**
 * How many bytes are fetched again after SIGKILL, by plugdock and by others that go on with what they have.
 *
 *   npm run bench:resume -- [--rounds 5] [--mib 32] [--clients 'plugdock,curl'] [--json <file>] [--keep]
 *
 * The origin goes silent on every connection at a byte that differs from round to round; once nothing moves any more, and
 * so all that was sent is read, the client is killed and started anew. What a killed client leaves in socket buffers is so
 * not counted.
 */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { always, buildPlugin, createScriptedOrigin, publishOn, stall } from '../dist/src/testing/index.js'
import { startClient } from './node/clientRun.mjs'
import { CLIENTS } from './node/clients.mjs'
import { chosenClients, digestsIn } from './node/runSample.mjs'
import { benchOptions } from './report/options.mjs'
import { startReport } from './report/report.mjs'
import { inRounds } from './report/rounds.mjs'

const MIB = 1024 * 1024
const CHUNK_BYTES = 128 * 1024
const FIRST_SILENCE_BYTES = 2 * MIB
const BETWEEN_ROUNDS_BYTES = 333_333
/** For so long nothing may have moved: what was read by then is written as far as it ever will be. */
const QUIET_MS = 1000
const MAX_MS = 20_000
const WITHOUT_CHUNKS = 'plugdock, no chunks known'

const options = benchOptions({ mib: 32, clients: '' })
const report = startReport('resume', options)
const clients = chosenClients(
  options.clients,
  Object.keys(CLIENTS).filter((name) => CLIENTS[name].resumes),
  report,
)
const size = options.mib * MIB
const bundles = {
  chunks: await buildPlugin({ id: 'bench.chunks', size, chunkLengths: CHUNK_BYTES }),
  whole: await buildPlugin({ id: 'bench.whole', size, chunkLengths: 'none' }),
}
const origin = createScriptedOrigin()
const listening = await origin.listen()
try {
  const works = clients.map((name) => [name, (round) => killOnce(name, bundles.chunks, round)])
  if (clients.includes('plugdock')) works.push([WITHOUT_CHUNKS, (round) => killOnce('plugdock', bundles.whole, round)])
  const rounds = await inRounds(Object.fromEntries(works), {
    rounds: options.rounds,
    onFailure: (name, error) => {
      if (name.startsWith('plugdock')) throw error
      report.note(`${name} is left out: ${error.message}`)
    },
  })
  report.addRounds({
    title: `KiB of ${options.mib} MiB that are fetched again after SIGKILL`,
    rounds,
    by: 'KiB',
    ours: ['plugdock', WITHOUT_CHUNKS],
    goals: clients.includes('plugdock') ? { P14: { row: 'plugdock', figure: 'KiB a connection' } } : {},
  })
  await report.finish()
} finally {
  await listening.close()
}

async function killOnce(client, plugin, round) {
  const { id, version } = plugin.manifest
  const path = `/${id}/${id}-${version}.bin`
  const manifestUrl = publishOn(origin, plugin).replace(origin.url, listening.url)
  const sha256 = createHash('sha256').update(plugin.bytes).digest('hex')
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-bench-'))
  const about = { directory, files: [{ name: 'file.bin', url: `${listening.url}${path}`, manifestUrl, sha256 }] }
  origin.forgetRequests()
  origin.script(path, always(silentAt(Math.min(FIRST_SILENCE_BYTES, size / 4) + round * BETWEEN_ROUNDS_BYTES)))
  const first = startClient(client, about)
  try {
    await Promise.race([untilQuiet(path), first.ended])
    first.kill('SIGKILL')
    await first.ended
    if (origin.bytesSent(path) >= size) throw new Error('it had all before the silence')
    const connections = origin.requests.filter((request) => request.path === path && request.bytesSent > 0).length
    origin.unscript(path)
    if (!(await startClient(client, about).within(MAX_MS))) throw new Error('its second run failed')
    if (!(await digestsIn(directory)).includes(sha256)) throw new Error('it stored other bytes')
    const again = (origin.bytesSent(path) - size) / 1024
    return { KiB: again, 'KiB a connection': again / connections, connections }
  } finally {
    first.kill('SIGKILL')
    await first.ended
    origin.unscript(path)
    await rm(directory, { recursive: true, force: true })
  }
}

/** Whoever asks for the length alone gets it. */
function silentAt(bytes) {
  const silence = stall(bytes)
  const apply = (exchange) => (exchange.asked.method === 'HEAD' ? exchange.answer : silence.apply(exchange))
  return { ...silence, apply }
}

async function untilQuiet(path) {
  const givesUpAt = performance.now() + MAX_MS
  for (let before = -1, now = 0; now === 0 || now !== before; ) {
    if (performance.now() > givesUpAt) throw new Error('it never came to rest')
    before = now
    await sleep(QUIET_MS)
    now = origin.bytesSent(path)
  }
}
