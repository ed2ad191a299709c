/**
 * What thousands of queued downloads cost in Node, and how that grows: P8 of the goals.
 *
 *   npm run bench:queue -- [--counts 1000,10000] [--directory <tmp>] [--json <file>] [--keep]
 *
 * One dock with a few hundred downloads goes before, so that no figure is of code that was never run.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createPluginDock } from '../dist/src/hosts/node/index.js'
import { benchOptions } from './report/options.mjs'
import { startReport } from './report/report.mjs'
import { measureQueue } from './scale/measureQueue.mjs'

const options = benchOptions({ counts: '1000,10000', directory: tmpdir() })
const report = startReport('queue', options)
/** The goals are about as many. */
const GOALS_COUNT = 10_000
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

await measureIn(200)
const rows = {}
for (const count of options.counts.split(',').map(Number)) rows[count] = figuresOf(await measureIn(count), count)
const isWhole = rows[GOALS_COUNT] !== undefined
const row = String(GOALS_COUNT)
report.addFigures({
  title: 'Node: as many queued downloads, into a store on a disk',
  plotted: 'transition (us)',
  rows,
  ours: Object.keys(rows),
  goals: isWhole
    ? {
        'P8 enqueue': { row, figure: 'enqueue all (s)' },
        'P8 transition': { row },
        'P8 heap': { row, figure: 'heap each (kB)' },
        'P8 restart': { row, figure: 'restart to first request (s)' },
      }
    : {},
})
await report.finish()

async function measureIn(count) {
  const directory = await mkdtemp(join(options.directory, 'plugdock-queue-'))
  try {
    return await measureQueue((dockOptions) => createPluginDock({ directory, ...dockOptions }), count, heapBytes)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function heapBytes() {
  collect()
  return process.memoryUsage().heapUsed
}

function figuresOf({ enqueueUsEach, heapBytesEach, transitionUs, firstByteMs, ...rest }, count) {
  return {
    'enqueue all (s)': (enqueueUsEach * count) / 1e6,
    'transition (us)': transitionUs,
    'heap each (kB)': heapBytesEach / 1000,
    'restart to first request (s)': firstByteMs / 1000,
    ...rest,
  }
}
