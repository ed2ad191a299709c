/**
 * What an app downloads for each part of the package: bundled and minified as an app would, gzipped. React and its
 * parts are never counted; what the core and the widgets share is counted with the core.
 *
 *   npm run bench:size -- [--check] [--parts] [--json <file>]
 *
 * `--check` fails where a part is larger than its budget; `--parts` tells which modules weigh most.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { BUDGETS } from './size/budgets.mjs'

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    parts: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})
const SOURCE = fileURLToPath(new URL('../src/', import.meta.url))
const REACT = /^react(-dom)?(\/|$)/
const SHARED_WITH_CORE = /^(xstate|rxjs)(\/|$)/

const rows = []
for (const [name, { code, isWidget = false, budgetBytes }] of Object.entries(BUDGETS)) {
  const { first, later, modules } = await bundled(code, isWidget ? [REACT, SHARED_WITH_CORE] : [REACT])
  rows.push({
    name,
    bytes: first,
    budget: budgetBytes,
    'left (%)': percentLeft(first, budgetBytes),
    'loaded later': later,
  })
  if (options.parts) {
    console.log(name)
    console.table(modules.slice(0, 30))
  }
}
console.table(rows)
if (options.json) await writeFile(options.json, `${JSON.stringify(rows, undefined, 2)}\n`)
const over = rows.filter(({ bytes, budget }) => bytes > budget)
for (const { name, bytes, budget } of over) console.error(`${name} is ${bytes} bytes, and may have ${budget}`)
if (options.check && over.length > 0) process.exitCode = 1

/** Gzipped sizes of what comes first and of what is imported when it is wanted; modules by their share before gzip. */
async function bundled(code, external) {
  const root = await mkdtemp(join(tmpdir(), 'plugdock-size-'))
  const entry = join(root, 'entry.js')
  await writeFile(entry, code.replaceAll('src/', SOURCE))
  try {
    const { output } = await build({
      root,
      configFile: false,
      logLevel: 'error',
      define: { 'process.env.NODE_ENV': '"production"' },
      build: {
        target: 'es2022',
        write: false,
        // no library to Vite: of those it keeps the spaces
        rolldownOptions: { input: entry, external, preserveEntrySignatures: 'strict' },
      },
    }).then((results) => (Array.isArray(results) ? results[0] : results))
    const chunks = output.filter(({ type }) => type === 'chunk')
    const first = firstOf(chunks)
    return {
      first: sizeOf(first),
      later: sizeOf(chunks.filter((chunk) => !first.includes(chunk))),
      modules: first.flatMap(({ modules }) => weightsOf(modules)).toSorted((left, right) => right.bytes - left.bytes),
    }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** The entry and all that it imports at once. */
function firstOf(chunks) {
  const known = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  const reached = new Set()
  const visit = (chunk) => {
    if (!chunk || reached.has(chunk)) return
    reached.add(chunk)
    for (const name of chunk.imports) visit(known.get(name))
  }
  for (const chunk of chunks) if (chunk.isEntry) visit(chunk)
  return [...reached]
}

function sizeOf(chunks) {
  return chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0)
}

function weightsOf(modules) {
  return Object.entries(modules).map(([id, { code, renderedLength }]) => ({
    module: id.replace(SOURCE, '').replace(/^.*node_modules\//, ''),
    bytes: renderedLength,
    gzip: gzipSync(code ?? '', { level: 9 }).length,
  }))
}

function percentLeft(bytes, budgetBytes) {
  return Math.round((100 * (budgetBytes - bytes)) / budgetBytes)
}
