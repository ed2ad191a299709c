/**
 * Plants faults in a copy of the tree, one at a time, and looks whether the tests notice.
 *
 *   node scripts/mutate.mjs [--only text] [--missed] [--sample count] [--parallel count] [--write]
 *
 * `--missed` takes those that were not found the last time, `--write` keeps what found each in
 * scripts/mutation/results.json. Ends with one line, `N of M faults were found (P %)`; fails where that is less than
 * 90 %, where a fault is stale, or where a test that found one fails without it as well.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openBench } from './mutation/bench.mjs'
import { faults } from './mutation/faults.mjs'
import { makeTree } from './mutation/plantedTree.mjs'

const ROOT = resolve(import.meta.dirname, '..')
const RESULTS = join(ROOT, 'scripts/mutation/results.json')
const WANTED_SHARE = 0.9
const FOUND = new Set(['killed', 'timed out'])

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    sample: { type: 'string' },
    missed: { type: 'boolean', default: false },
    parallel: { type: 'string', default: '2' },
    write: { type: 'boolean', default: false },
  },
})
/** What found a fault the last time is asked first. */
const lastResults = new Map(
  JSON.parse(await readFile(RESULTS, 'utf8').catch(() => '[]')).map((row) => [nameOf(row), row]),
)
const chosen = sampleOf(
  faults.filter((fault) => `${fault.file} ${fault.name}`.includes(values.only) && (!values.missed || wasMissed(fault))),
  Number(values.sample ?? faults.length),
)
const startedAt = Date.now()
const results = await judgeAll(chosen, Number(values.parallel))
report(results)
if (values.write) await writeFile(RESULTS, `${JSON.stringify(merged(tableOf(results)), undefined, 2)}\n`)

function wasMissed(fault) {
  return !FOUND.has(lastResults.get(nameOf(fault))?.verdict)
}

/** All faults in their order: those that were just judged, and what is known of the others. */
function merged(rows) {
  const known = new Map([...lastResults, ...rows.map((row) => [nameOf(row), row])])
  return faults.flatMap((fault) => known.get(nameOf(fault)) ?? [])
}

/** Spread over the whole list. */
function sampleOf(all, count) {
  const step = Math.max(1, all.length / count)
  return Array.from({ length: Math.min(count, all.length) }, (_, index) => all[Math.floor(index * step)])
}

async function judgeAll(queue, parallel) {
  const waiting = queue.map((fault, index) => ({ fault, index }))
  const judged = []
  const work = async () => {
    const bench = openBench(await makeTree(ROOT))
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const result = await bench.judge(next.fault, lastResults.get(nameOf(next.fault))?.by)
        judged[next.index] = result
        console.log(lineOf(result))
      }
    } finally {
      await bench.close()
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: Math.min(parallel, queue.length) }, work))
  for (const { reason } of ended) if (reason) throw reason
  return judged
}

function nameOf({ file, name }) {
  return `${file}: ${name}`
}

function lineOf({ fault: { file, name }, verdict, by, seconds }) {
  const found = by ? `  ${by.file ?? ''} > ${by.test ?? '(the file itself)'}` : ''
  return `${verdict.padEnd(9)} ${String(seconds).padStart(3)} s  ${file}: ${name}${found}`
}

function report(all) {
  const count = (verdict) => all.filter((result) => result.verdict === verdict).length
  const found = count('killed') + count('timed out')
  for (const { fault, by } of all.filter(({ verdict }) => verdict === 'unproven'))
    console.log(
      `\nfails without a fault as well: ${by.file} > ${by.test ?? '(some of it)'} (${fault.file}: ${fault.name})`,
    )
  for (const { fault } of all.filter(({ verdict }) => verdict === 'survived'))
    console.log(`\nsurvived: ${fault.file}: ${fault.name}\n  ${fault.survives ?? fault.why}`)
  const share = all.length === 0 ? 0 : found / all.length
  console.log(`\n${count('killed')} killed, ${count('timed out')} timed out, ${count('survived')} survived`)
  console.log(`${Math.round((Date.now() - startedAt) / 1000)} s`)
  console.log(`${found} of ${all.length} faults were found (${Math.floor(share * 100)} %)`)
  process.exitCode = share >= WANTED_SHARE && count('unproven') === 0 ? 0 : 1
}

function tableOf(all) {
  return all.map(({ fault: { file, name, survives }, verdict, by }) => ({
    file,
    name,
    verdict,
    ...(by?.file && by.test ? { by } : {}),
    ...(verdict === 'survived' && survives ? { survives } : {}),
  }))
}
