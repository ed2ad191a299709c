/**
 * What a dock does with thousands of installed versions, and how that grows.
 *
 *   npm run bench:scale -- [--counts 500,1000,2000] [--directory <tmp>] [--in node,chromium] [--json <file>] [--keep]
 *
 * Half of the versions are active, the others those before. `growth` says by which factor each figure grew from
 * one count to the next, against the factor by which the count did: 1 is linear.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPluginDock } from '../dist/src/hosts/node/index.js'
import { benchOptions } from './report/options.mjs'
import { startReport } from './report/report.mjs'
import { measureInChromium } from './scale/inChromium.mjs'
import { measureScale } from './scale/measureScale.mjs'

const options = benchOptions({ counts: '500,1000,2000', directory: tmpdir(), in: 'node,chromium' })
const report = startReport('scale', options)
const counts = options.counts.split(',').map(Number)
const PLACES = { node: measureInNode, chromium: measureInChromium }

for (const place of options.in.split(',')) {
  const measured = await PLACES[place](counts)
  report.addFigures({
    title: `${place}: what a dock does with as many installed versions, in ms`,
    plotted: String(counts.at(-1)),
    rows: Object.fromEntries(Object.keys(measured[0]).map((name) => [name.replace(/Ms$/, ''), rowOf(name, measured)])),
  })
}
await report.finish()

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

function rowOf(name, measured) {
  const figures = measured.map((figure) => figure[name])
  const growth = figures.slice(1).map((ms, at) => ms / figures[at] / (counts[at + 1] / counts[at]))
  return {
    ...Object.fromEntries(counts.map((count, at) => [count, figures[at]])),
    ...(growth.length > 0 && { growth }),
  }
}
