/**
 * What an app downloads for each part of the package: bundled and minified as an app would, gzipped file by file, by two
 * bundlers. React and its parts are never counted; what the core and the widgets share is counted with the core.
 *
 *   npm run bench:size -- [--check] [--parts] [--json <file>] [--keep]
 *
 * `first` is what the entry imports at once; `install` and `run` are that with what is imported when a plugin is
 * installed, and when one is run; `everything` is that with what no app needs all of. `--check` fails where one of them is
 * larger than its budget; `--parts` tells which modules weigh most.
 */
import { fileURLToPath } from 'node:url'
import { benchOptions } from './report/options.mjs'
import { startReport } from './report/report.mjs'
import { BUDGETS } from './size/budgets.mjs'
import { bundleWithEsbuild, bundleWithVite } from './size/bundles.mjs'
import { sizesOf } from './size/sizesOf.mjs'

const options = benchOptions({ check: false, parts: false })
const SOURCE = fileURLToPath(new URL('../src/', import.meta.url))
const REACT = /^react(-dom)?(\/|$)/
const SHARED_WITH_CORE = /^(xstate|rxjs)(\/|$)/

const rows = []
for (const [name, { from, names, entry: file, isWidget = false, install = [], run = [], ...budget }] of Object.entries(
  BUDGETS,
)) {
  const external = isWidget ? [REACT, SHARED_WITH_CORE] : [REACT]
  const entry = { file: file?.replace('src/', SOURCE), code: from && codeUsing(from.replace('src/', SOURCE), names) }
  const wanted = { install: within(install), run: within(run) }
  const sizes = sizesOf(await bundleWithVite(entry, external), wanted)
  const other = sizesOf(await bundleWithEsbuild(entry, external), wanted)
  rows.push({
    name,
    first: sizes.first,
    budget: budget.budgetBytes,
    install: sizes.install,
    'install budget': budget.installBytes,
    run: sizes.run,
    everything: sizes.everything,
    'everything budget': budget.everythingBytes,
    'first, esbuild': other.first,
    'install, esbuild': other.install,
    'everything, esbuild': other.everything,
  })
  if (options.parts) tellParts(name, other.modules)
}
await tell()
const over = rows.flatMap(({ name, ...sizes }) =>
  [
    ['first', sizes.budget],
    ['install', sizes['install budget']],
    ['everything', sizes['everything budget']],
  ]
    .filter(([figure, budget]) => sizes[figure] > budget)
    .map(([figure, budget]) => `${name}, ${figure}: ${sizes[figure]} bytes, and it may have ${budget}`),
)
for (const line of over) console.error(line)
if (options.check && over.length > 0) process.exitCode = 1

/** As in an app, nobody imports what imports them. */
function codeUsing(from, names) {
  const imported = names ? `{ ${names} }` : '* as all'
  return `import ${imported} from '${from}'\nglobalThis.used = ${names ? `[${names}]` : 'all'}`
}

async function tell() {
  const report = startReport('size', options)
  const core = Object.keys(BUDGETS)[0]
  report.addFigures({
    title: 'Gzipped, in kB',
    plotted: 'first',
    rows: Object.fromEntries(rows.map(({ name, ...sizes }) => [name, inKilobytes(sizes)])),
    ours: rows.map(({ name }) => name),
    goals: {
      'P13 core': { row: core },
      'P13 install': { row: core, figure: 'install' },
      'P13 react': { row: 'react, all widgets' },
    },
  })
  await report.finish()
}

function inKilobytes(sizes) {
  const known = Object.entries(sizes).filter(([, bytes]) => bytes !== undefined)
  return Object.fromEntries(known.map(([name, bytes]) => [name, bytes / 1000]))
}

function within(files) {
  return files.map((file) => file.replace('src/', SOURCE))
}

/** Of what comes first: modules, and packages and folders, by what is left of them when they are minified. */
function tellParts(name, modules) {
  const total = modules.reduce((sum, { bytes }) => sum + bytes, 0)
  const percent = ([part, bytes]) => ({ part, minified: bytes, 'of it (%)': Math.round((1000 * bytes) / total) / 10 })
  const grouped = new Map()
  for (const { group, bytes } of modules) grouped.set(group, (grouped.get(group) ?? 0) + bytes)
  console.log(name)
  console.table([...grouped].toSorted((left, right) => right[1] - left[1]).map(percent))
  console.table(modules.slice(0, 40).map(({ module, bytes }) => percent([module, bytes])))
}
