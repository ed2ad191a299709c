/**
 * How exactly a speed limit is kept in Node, and that it holds the sender back instead of filling memory.
 *
 *   npm run bench:rate -- [--seconds 10] [--json <file>] [--keep]
 *
 * Error: bytes read in the seconds after the first, against what the limit allows. Ahead: bytes that the origin's socket
 * took and nobody has read, at the end; the kernel's buffers hold some MiB, a download that buffers would hold the rest.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPluginDock } from '../dist/src/hosts/node/index.js'
import { buildPlugin, createScriptedOrigin, publishOn } from '../dist/src/testing/index.js'
import { benchOptions } from './report/options.mjs'
import { startReport } from './report/report.mjs'

const MIB = 1024 * 1024
/** Before and after what is measured: more than enough is there to download. */
const MARGIN_SECONDS = 4
const options = benchOptions({ seconds: 10 })
const { seconds } = options
const report = startReport('rate', options)
const LINES = [
  { title: '1 MiB/s, one connection', limit: MIB, connections: 1, downloads: 1 },
  { title: '5 MiB/s, three connections', limit: 5 * MIB, connections: 3, downloads: 1 },
  { title: '10 MiB/s, three downloads', limit: 10 * MIB, connections: 2, downloads: 3 },
  { title: '2 MiB/s, then 8 MiB/s while it runs', limit: 2 * MIB, thenLimit: 8 * MIB, connections: 2, downloads: 1 },
]

const origin = createScriptedOrigin()
const listening = await origin.listen()
const rows = {}
try {
  for (const line of LINES) rows[line.title] = await measure(line)
} finally {
  await listening.close()
}
const errors = Object.values(rows).map((row) => row['error (%)'])
report.addFigures({
  title: `A limit of speed, over ${seconds} s`,
  plotted: 'error (%)',
  rows: { ...rows, all: { 'error (%)': errors } },
  ours: [...Object.keys(rows), 'all'],
  goals: { P12: { row: 'all' } },
})
await report.finish()

async function measure({ limit, thenLimit, connections, downloads }) {
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-bench-'))
  const dock = await createPluginDock({
    directory,
    connectionsPerDownload: connections,
    bandwidth: { limitBytesPerSecond: limit },
  })
  try {
    const size = (thenLimit ?? limit) * (seconds + MARGIN_SECONDS)
    const tasks = await Promise.all(Array.from({ length: downloads }, (_, index) => start(dock, index, size)))
    const read = () => tasks.reduce((bytes, { progress }) => bytes + progress.bytesTransferred, 0)
    await sleep(1000)
    if (thenLimit) {
      await sleep(1000)
      await dock.policy.change({ limitBytesPerSecond: thenLimit })
      await sleep(500)
    }
    const startedAt = performance.now()
    const before = read()
    await sleep(seconds * 1000)
    const allowed = ((thenLimit ?? limit) * (performance.now() - startedAt)) / 1000
    const bytes = read() - before
    return {
      'error (%)': Math.abs(bytes / allowed - 1) * 100,
      'sent, not read (MiB)': (origin.bytesSent() - read()) / MIB,
    }
  } finally {
    await dock.close()
    origin.forgetRequests()
    await rm(directory, { recursive: true, force: true })
  }
}

async function start(dock, index, size) {
  const plugin = await buildPlugin({ id: `bench.p${index}`, size, chunkLengths: 131_072 })
  return dock.downloads.startDownload(publishOn(origin, plugin).replace(origin.url, listening.url))
}
