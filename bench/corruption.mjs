/**
 * Who reports success with a wrong file: plugdock and others that go on with what they have, while the file changes.
 *
 *   npm run bench:corruption -- [--mib 8] [--clients 'plugdock,curl'] [--json <file>] [--keep]
 *
 * A file counts as right when it is the first one or the one that the server had at the end, whole; for who knows the
 * digest of the first, only that one. Failing is no harm here: a wrong file that is taken for a right one is. Whoever does
 * not come through where it is ended and nothing changes is left out: it would fail for other reasons.
 */
import { createHash } from 'node:crypto'
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildPlugin, createScriptedOrigin, publishOn, resetAfter, seededBytes } from '../dist/src/testing/index.js'
import { startClient } from './node/clientRun.mjs'
import { CLIENTS } from './node/clients.mjs'
import { chosenClients, digestsIn } from './node/runSample.mjs'
import { benchOptions } from './report/options.mjs'
import { startReport } from './report/report.mjs'

const MIB = 1024 * 1024
/** Slow enough that a part of it is there when the file changes. */
const BYTES_PER_SECOND = 4 * MIB
const LOOK_EVERY_MS = 10
const MAX_MS = 15_000
/** Where a byte changes, in each file that is large enough to be no book-keeping. */
const ROTTEN_AT = 1000
const DATA_FILE_BYTES = 256 * 1024

const NOTHING = { isKilled: true, change: () => {} }
/** What happens when three quarters are sent. `isKilled`: the client ends then, and starts anew. */
const CASES = {
  'ETag changed': { isKilled: true, change: ({ put, other }) => put(other) },
  shorter: { isKilled: true, change: ({ put, other }) => put(other.subarray(0, other.length / 4)) },
  'swapped mid-way': {
    isKilled: false,
    change: ({ put, other, path }) => {
      put(other)
      origin.disturb((sentBytes) => resetAfter(sentBytes), path)
    },
  },
  'bit rot in the partial': { isKilled: true, change: ({ directory }) => rot(directory) },
}

const options = benchOptions({ mib: 8, clients: '' })
const report = startReport('corruption', options)
const clients = chosenClients(
  options.clients,
  Object.keys(CLIENTS).filter((name) => CLIENTS[name].resumes),
  report,
)
const size = options.mib * MIB
const plugin = await buildPlugin({ id: 'bench.rot', size, chunkLengths: 128 * 1024 })
const other = seededBytes(size, 'another version')
const origin = createScriptedOrigin()
const listening = await origin.listen()
const rows = {}
try {
  for (const client of clients) await tryAll(client)
} finally {
  await listening.close()
}
report.addFigures({
  title: 'Wrong files with success reported, of four changes',
  plotted: 'wrong files',
  rows,
  ours: ['plugdock'],
  goals: rows.plugdock ? { P15: { row: 'plugdock' } } : {},
})
await report.finish()

async function tryAll(client) {
  const unchanged = await outcomeOf(client, NOTHING)
  if (!unchanged.isDone || !unchanged.isRight) {
    if (CLIENTS[client].isOurs) throw new Error(`${client} does not go on with what it has`)
    return report.note(`${client} is left out of changes: it does not come through where nothing changes.`)
  }
  const found = {}
  for (const name of Object.keys(CASES)) {
    const { isDone, isRight } = await outcomeOf(client, CASES[name])
    found[name] = isDone && !isRight ? 1 : 0
  }
  rows[client] = { 'wrong files': Object.values(found).filter(Boolean).length, ...found }
}

/** Whether it says that all went well, and whether a file is right. */
async function outcomeOf(client, { isKilled, change }) {
  const { id, version } = plugin.manifest
  const path = `/${id}/${id}-${version}.bin`
  const manifestUrl = publishOn(origin, plugin).replace(origin.url, listening.url)
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-bench-'))
  const sha256 = digestOf(plugin.bytes)
  const right = new Set([sha256])
  const put = (bytes) => {
    origin.put(path, bytes)
    if (!CLIENTS[client].verifies) right.add(digestOf(bytes))
  }
  const about = { directory, files: [{ name: 'file.bin', url: `${listening.url}${path}`, manifestUrl, sha256 }] }
  origin.forgetRequests()
  origin.limitBytesPerSecond = BYTES_PER_SECOND
  const first = startClient(client, about)
  try {
    await Promise.race([first.ended, untilSent(path, size * 0.75)])
    if (isKilled) {
      first.kill('SIGTERM')
      await first.ended
    }
    origin.limitBytesPerSecond = undefined
    await change({ put, other, path, directory })
    const isDone = await (isKilled ? startClient(client, about) : first).within(MAX_MS)
    const digests = await digestsIn(directory)
    return { isDone, isRight: digests.some((digest) => right.has(digest)) }
  } finally {
    first.kill('SIGKILL')
    await first.ended
    await rm(directory, { recursive: true, force: true })
  }
}

/** Or long enough in vain: what follows tells. */
async function untilSent(path, bytes) {
  for (let leftMs = MAX_MS; origin.bytesSent(path) < bytes && leftMs > 0; leftMs -= LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS)
  }
}

async function rot(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name)
    if ((await stat(path)).size < DATA_FILE_BYTES) continue
    const file = await open(path, 'r+')
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, ROTTEN_AT)
    await file.write(Buffer.of(buffer[0] ^ 0xff), 0, 1, ROTTEN_AT)
    await file.close()
  }
}

function digestOf(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}
