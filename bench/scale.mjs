/**
 * What a dock does with thousands of installed versions, and how that grows.
 *
 *   npm run bench:scale -- [--counts 500,1000,2000] [--directory <tmp>] [--in node,chromium] [--json]
 *
 * Half of the versions are active, the others those before. The last column says by which factor each figure grew from
 * one count to the next, against the factor by which the count did: 1 is linear.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createPluginDock } from '../dist/src/hosts/node/index.js'
import { measureInChromium } from './scale/inChromium.mjs'
import { measureScale } from './scale/measureScale.mjs'

const { values: options } = parseArgs({
  options: {
    counts: { type: 'string', default: '500,1000,2000' },
    directory: { type: 'string', default: tmpdir() },
    in: { type: 'string', default: 'node,chromium' },
    json: { type: 'boolean', default: false },
  },
})
const counts = options.counts.split(',').map(Number)
const PLACES = { node: measureInNode, chromium: measureInChromium }

const rows = []
for (const place of options.in.split(',')) {
  const measured = await PLACES[place](counts)
  for (const name of Object.keys(measured[0])) rows.push(rowOf(place, name, measured))
}
if (options.json) console.log(JSON.stringify(rows))
else console.table(rows)

async function measureInNode(counts) {
  const root = await mkdtemp(join(options.directory, 'plugdock-scale-'))
  const measured = []
  try {
    for (const count of counts) {
      const directory = join(root, String(count))
      measured.push(await measureScale((dockOptions) => createPluginDock({ directory, ...dockOptions }), count))
    }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
  return measured
}

function rowOf(place, name, measured) {
  const figures = measured.map((figure) => figure[name])
  const growth = figures.slice(1).map((ms, at) => ms / figures[at] / (counts[at + 1] / counts[at]))
  return {
    place,
    what: name.replace(/Ms$/, ''),
    ...Object.fromEntries(counts.map((count, at) => [`${count} (ms)`, Number(figures[at].toFixed(1))])),
    growth: growth.map((factor) => factor.toFixed(2)).join(', '),
  }
}
