/**
 * What progress costs in Node: P9 of the goals. 64 downloads at once, each of which brings 1,000 pieces a second.
 *
 *   npm run bench:progress -- [--seconds 5] [--downloads 64] [--pieces 1000] [--rounds 5] [--json <file>] [--plot <file>] [--keep]
 *
 * The bytes come from this process and stay in memory. The same transfers run by the engine alone, in a dock that nobody
 * looks at, and in one with a subscriber to each download and one to all. `cpuMs` is of the process, with all its
 * threads, for everything that it does in a second; `timersMs` what of it was spent within the dock's own timers, which is
 * where bytes and speeds are read, and subscribers told. Progress is that and the counting of each piece, which is
 * measured by itself: as a difference between two whole transfers it would be lost in their noise.
 */
import { createLocalEngine } from '../dist/src/engine/localEngine.js'
import { createPluginDockOn } from '../dist/src/index.js'
import { createMemoryHost } from '../dist/src/testing/index.js'
import { TinyPieces } from './progress/tinyPieces.mjs'
import { benchOptions } from './report/options.mjs'
import { startReport } from './report/report.mjs'
import { inRounds } from './report/rounds.mjs'

const WARM_UP_MS = 1000
const PIECE_BYTES = 256
const MAX_PACE_ERROR = 0.05
const options = benchOptions({ seconds: 5, downloads: 64, pieces: 1000 })
const report = startReport('progress', options)

const rounds = await inRounds(
  {
    'idle dock': () => measure(async (stage) => (await openDock(stage, 0)).dock),
    'engine alone': () => measure(runEngine),
    'dock, nobody looks': () => measure(async (stage) => (await openDock(stage, options.downloads)).dock),
    'dock, all are watched': () => measure(watched),
  },
  options,
)
report.addRounds({
  title: `${options.downloads} downloads, ${options.pieces} pieces a second each: what a second takes`,
  rounds,
  by: 'cpuMs',
})
const counting = rounds.map(() => countingMs())
const progressOf = (row) => ({
  'ms/s': rounds.map((round, at) => round[row].timersMs + counting[at]),
  'of it counting': counting,
  'all CPU above the engine alone': rounds.map((round) => round[row].cpuMs - round['engine alone'].cpuMs),
})
report.addFigures({
  title: 'What progress takes of it',
  rows: { unwatched: progressOf('dock, nobody looks'), watched: progressOf('dock, all are watched') },
  plotted: 'ms/s',
  ours: ['unwatched', 'watched'],
  goals: { P9: { row: 'watched' } },
})
await report.finish()

async function measure(begin) {
  const stage = createStage()
  const running = await begin(stage)
  await passed(WARM_UP_MS)
  const before = { cpu: cpuMs(), at: performance.now(), pieces: stage.pieces.pieces, timers: stage.spent.timersMs }
  await passed(options.seconds * 1000)
  const seconds = (performance.now() - before.at) / 1000
  const sample = {
    cpuMs: (cpuMs() - before.cpu) / seconds,
    timersMs: (stage.spent.timersMs - before.timers) / seconds,
    pieces: Math.round((stage.pieces.pieces - before.pieces) / seconds),
  }
  await running.close()
  stage.pieces.end()
  judgePace(sample.pieces)
  return sample
}

function judgePace(pieces) {
  const wanted = options.downloads * options.pieces
  if (pieces > 0 && Math.abs(pieces / wanted - 1) > MAX_PACE_ERROR)
    report.note(`The machine was too busy: ${pieces} pieces came a second in one sample, instead of ${wanted}.`)
}

/** A second of how the engine counts each piece that it has read; as many seconds are measured as of the rest. */
function countingMs() {
  const { clock } = createMemoryHost()
  const meters = Array.from({ length: options.downloads }, () => ({ bytesTransferred: 0, lastByteAt: 0 }))
  const before = cpuMs()
  for (let at = 0; at < options.seconds * options.downloads * options.pieces; at++) {
    const meter = meters[at % meters.length]
    meter.bytesTransferred += PIECE_BYTES
    meter.lastByteAt = clock.now()
  }
  return (cpuMs() - before) / options.seconds
}

/** A host in memory whose bytes come in tiny pieces, and whose timers, but for the engine's, say what they took. */
function createStage() {
  const memory = createMemoryHost()
  const pieces = new TinyPieces({ piecesPerSecond: options.pieces, pieceBytes: PIECE_BYTES })
  const spent = { timersMs: 0 }
  const engine = createLocalEngine({
    fetcher: pieces,
    clock: memory.clock,
    digester: memory.digester,
    bundles: memory.bundles,
  })
  const clock = {
    ...memory.clock,
    setTimeout: (callback, delayMs) =>
      memory.clock.setTimeout(() => {
        const before = cpuMs()
        callback()
        spent.timersMs += cpuMs() - before
      }, delayMs),
  }
  const open = async (...given) => ({ ...(await memory.open(...given)), engine })
  const host = Object.create(memory, { clock: { value: clock }, open: { value: open } })
  return { host, engine, pieces, spent }
}

async function openDock({ host, pieces }, count) {
  const dock = await createPluginDockOn(host, {
    maxConcurrentDownloads: options.downloads,
    maxConnectionsPerOrigin: options.downloads,
    connectionsPerDownload: 1,
  })
  const manifests = Array.from({ length: count }, (_, index) => ({
    manifestVersion: 1,
    id: `bench.p${index}`,
    version: '1.0.0',
    entry: 'index.js',
    bundle: pieces.bundle(index),
  }))
  const tasks = await Promise.all(manifests.map((manifest) => dock.downloads.startDownload(manifest)))
  return { dock, tasks }
}

async function watched(stage) {
  const { dock, tasks } = await openDock(stage, options.downloads)
  for (const { id } of tasks) dock.downloads.watchProgress(id).subscribe(() => {})
  dock.downloads.watchAll().subscribe(() => {})
  return dock
}

async function runEngine({ engine, pieces }) {
  const endings = []
  const outcomes = Array.from({ length: options.downloads }, (_, index) => {
    const ending = new AbortController()
    endings.push(ending)
    const job = {
      ...pieces.bundle(index),
      taskId: `t${index}`,
      partialKey: `p${index}`,
      donors: [],
      validator: undefined,
      connections: { perDownload: 1, perOrigin: options.downloads },
      timeouts: { connectMs: 15_000, headersMs: 30_000, stallMs: 20_000 },
    }
    return engine.transfer(job, {
      meter: { bytesDownloaded: 0, bytesReused: 0, bytesTransferred: 0, lastByteAt: 0 },
      keepValidator: async () => {},
      refreshUrl: async () => undefined,
      signal: ending.signal,
    })
  })
  return {
    async close() {
      for (const ending of endings) ending.abort()
      await Promise.all(outcomes)
    },
  }
}

function cpuMs() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function passed(delayMs) {
  return new Promise((resolve) => setTimeout(resolve, delayMs))
}
