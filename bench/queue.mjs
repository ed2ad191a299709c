/**
 * What thousands of queued downloads cost in Node, and how that grows: P8 of the goals.
 *
 *   npm run bench:queue -- [--counts 1000,10000] [--directory <tmp>] [--json]
 *
 * One dock with a few hundred downloads goes before, so that no figure is of code that was never run.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createPluginDock } from '../dist/src/hosts/node/index.js'
import { measureQueue } from './scale/measureQueue.mjs'

const { values: options } = parseArgs({
  options: {
    counts: { type: 'string', default: '1000,10000' },
    directory: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
  },
})
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

await measureIn(200)
const rows = []
for (const count of options.counts.split(',').map(Number)) rows.push({ count, ...(await measureIn(count)) })
if (options.json) console.log(JSON.stringify(rows))
else console.table(rows.map(rounded))

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

function rounded(row) {
  return Object.fromEntries(Object.entries(row).map(([name, figure]) => [name, Math.round(figure)]))
}
