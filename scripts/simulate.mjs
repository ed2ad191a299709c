/**
 * What many clients do to one origin that is down for ten minutes, that publishes a new version, and that tells all of
 * them at once.
 *
 *   npm run simulate -- [--clients 100000] [--seed 1] [--out docs]
 *
 * Prints two tables and writes `fleet-outage.svg` and `fleet-told.svg`; where there is a `fleet.md` beside them, its
 * tables too. The same seed gives the same figures. A run is one thread, and there are as many at a time as cores.
 */
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { busiestRate, meanRate, simulateFleet } from '../dist/src/testing/index.js'
import { svgPlot } from './plot/svgPlot.mjs'

const MINUTE = 60
const OUTAGE = { from: 20 * MINUTE, until: 30 * MINUTE }
const RELEASE = 70 * MINUTE
const END = 140 * MINUTE
const TOLD_AT = 5 * MINUTE
const TOLD_END = 45 * MINUTE
/** Wide enough that chance is not what is seen. */
const WINDOW_SECONDS = 10

if (isMainThread) await main()
else parentPort.postMessage(summaryOf(workerData))

async function main() {
  const { values } = parseArgs({
    options: {
      clients: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string' },
    },
  })
  const clients = Number(values.clients)
  const seed = Number(values.seed)
  if (!Number.isInteger(clients) || clients < 1 || !Number.isInteger(seed))
    throw new TypeError('--clients and --seed are whole numbers')
  const out = values.out ?? (await mkdtemp(join(tmpdir(), 'plugdock-fleet-')))
  await mkdir(out, { recursive: true })
  const runs = [...outageRuns(), ...toldRuns(clients)].map((run) => ({ ...run, plan: { clients, seed, ...run.plan } }))
  console.log(`${clients.toLocaleString('en')} clients, a poll an hour; seed ${seed}`)
  const startedAt = performance.now()
  const summaries = await inParallel(runs)
  const seconds = (performance.now() - startedAt) / 1000
  const outage = summaries.filter(({ kind }) => kind === 'outage')
  const told = summaries.filter(({ kind }) => kind === 'told')
  console.log('\nTwo plugins each; down from minute 20 to minute 30; rates as multiples of the steady rate before\n')
  console.table(outage.map(outageRow))
  console.log(
    `\nOne plugin each; all are told of a release at once; the origin answers ${capacityOf(clients)} requests a second\n`,
  )
  console.table(told.map(toldRow))
  await writeFile(join(out, 'fleet-outage.svg'), outagePlot(outage, clients))
  await writeFile(join(out, 'fleet-told.svg'), toldPlot(told, clients))
  await writeTables(join(out, 'fleet.md'), { outage: outage.map(outageRow), told: told.map(toldRow) })
  console.log(`\nPlots: ${join(out, 'fleet-outage.svg')}, ${join(out, 'fleet-told.svg')}; ${seconds.toFixed(0)} s`)
}

/** Between its markers. */
async function writeTables(path, tables) {
  let text = await readFile(path, 'utf8').catch(() => '')
  for (const [name, rows] of Object.entries(tables)) {
    const [opening, closing] = [`<!-- ${name}: written by npm run simulate -->`, `<!-- /${name} -->`]
    const [start, end] = [text.indexOf(opening), text.indexOf(closing)]
    if (start < 0 || end < start) return
    text = `${text.slice(0, start + opening.length)}\n\n${markdownOf(rows)}\n\n${text.slice(end)}`
  }
  await writeFile(path, text)
}

function markdownOf(rows) {
  const names = Object.keys(rows[0])
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(names), line(names.map(() => '---')), ...rows.map((row) => line(Object.values(row)))].join('\n')
}

function outageRuns() {
  const busy = ['none', '60', '900'].flatMap((retryAfter) =>
    ['full', 'none'].map((jitter) => ({ kind: 'outage', jitter, retryAfter, answer: 'busy' })),
  )
  return [...busy, { kind: 'outage', jitter: 'full', retryAfter: 'none', answer: 'silent' }].map((run) => ({
    ...run,
    plan: {
      retry: { jitter: run.jitter },
      origin: { retryAfter: run.retryAfter === 'none' ? undefined : run.retryAfter },
      outage: { fromMs: OUTAGE.from * 1000, untilMs: OUTAGE.until * 1000, answer: run.answer },
      releaseAtMs: RELEASE * 1000,
      durationMs: END * 1000,
    },
  }))
}

function toldRuns(clients) {
  return ['none', '300'].flatMap((retryAfter) =>
    ['full', 'none'].map((jitter) => ({
      kind: 'told',
      jitter,
      retryAfter,
      plan: {
        plugins: 1,
        retry: { jitter },
        polls: { start: 'clock', firstMs: TOLD_AT * 1000 },
        origin: {
          requestsPerSecond: capacityOf(clients),
          retryAfter: retryAfter === 'none' ? undefined : retryAfter,
        },
        outage: { fromMs: TOLD_END * 1000, untilMs: TOLD_END * 1000 },
        releaseAtMs: 0,
        durationMs: TOLD_END * 1000,
      },
    })),
  )
}

/** Six times what polls that are spread need while a release goes out. */
function capacityOf(clients) {
  return Math.max(1, Math.round((6 * 2 * clients) / 3600))
}

/** One worker a core, each with one run at a time. */
async function inParallel(runs) {
  const summaries = []
  let next = 0
  const work = async () => {
    for (let index = next++; index < runs.length; index = next++) summaries[index] = await inWorker(runs[index])
  }
  await Promise.all(Array.from({ length: Math.min(runs.length, availableParallelism()) }, work))
  return summaries
}

function inWorker(run) {
  return new Promise((resolve, reject) => {
    // most of what is made is gone at once
    const resourceLimits = { maxYoungGenerationSizeMb: 256 }
    const worker = new Worker(new URL(import.meta.url), { workerData: run, resourceLimits })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

function summaryOf(run) {
  const { requests, updatedShare, failedDownloads } = simulateFleet(run.plan)
  const steady = meanRate(requests, { from: 5 * MINUTE, until: OUTAGE.from })
  const busiest = (from, until, windowSeconds = WINDOW_SECONDS) => busiestRate(requests, { from, until, windowSeconds })
  return {
    ...run,
    steady,
    during: meanRate(requests, OUTAGE),
    after: busiest(OUTAGE.until, RELEASE),
    afterMinute: busiest(OUTAGE.until, RELEASE, MINUTE),
    release: busiest(RELEASE, END),
    told: busiest(TOLD_AT, TOLD_END, 1),
    toldLater: busiest(TOLD_AT + MINUTE, TOLD_END, 1),
    updatedShare,
    failedDownloads,
    rates: ratesOf(requests),
  }
}

function ratesOf(requests) {
  const rates = []
  for (let from = 0; from < requests.length; from += WINDOW_SECONDS)
    rates.push(meanRate(requests, { from, until: Math.min(requests.length, from + WINDOW_SECONDS) }))
  return rates
}

function outageRow({ jitter, retryAfter, answer, steady, during, after, afterMinute, release, failedDownloads }) {
  const times = (rate) => `${(rate / steady).toFixed(2)} x`
  return {
    jitter,
    'Retry-After': retryAfter,
    'while down': answer === 'silent' ? 'no answer' : '503',
    'steady (1/s)': Number(steady.toFixed(1)),
    'during the outage': times(during),
    'busiest 10 s after': times(after),
    'busiest minute after': times(afterMinute),
    'busiest 10 s of the release': times(release),
    'left to the next poll': failedDownloads,
  }
}

function toldRow({ jitter, retryAfter, told, toldLater, updatedShare, failedDownloads }) {
  const atMinute = (minutes) => `${(100 * (updatedShare[TOLD_AT / MINUTE + minutes] ?? 0)).toFixed(1)} %`
  return {
    jitter,
    'Retry-After': retryAfter,
    'first second (1/s)': Math.round(told),
    'busiest second after a minute': Math.round(toldLater),
    'updated after 5 min': atMinute(5),
    'after 15 min': atMinute(15),
    'after 30 min': atMinute(30),
    'left to the next poll': failedDownloads,
  }
}

function outagePlot(summaries, clients) {
  const shown = summaries.filter(({ answer }) => answer === 'busy')
  const top = Math.ceil(Math.max(...shown.flatMap(({ rates, steady }) => rates.map((rate) => rate / steady))))
  return svgPlot({
    title: 'Requests at the origin: ten minutes down, then a new version',
    subtitle: `${clients.toLocaleString('en')} clients that poll once an hour, each from a moment of its own on; mean of ten seconds`,
    columns: 2,
    xLabel: 'minutes',
    yLabel: 'times the steady rate',
    x: [0, END / MINUTE],
    y: [0, top],
    panels: shown.map(({ jitter, retryAfter, rates, steady }) => ({
      title: titleOf(jitter, retryAfter),
      spans: [
        { from: OUTAGE.from / MINUTE, until: OUTAGE.until / MINUTE, label: 'down' },
        { from: RELEASE / MINUTE, until: RELEASE / MINUTE + 60, label: 'released, one poll interval' },
      ],
      rules: [{ y: 2, label: '' }],
      lines: [{ color: colorOf(jitter), points: rates.map((rate, at) => [minutesOf(at), rate / steady]) }],
    })),
  })
}

function toldPlot(summaries, clients) {
  return svgPlot({
    title: 'Requests at the origin: everybody is told at once',
    subtitle: `${clients.toLocaleString('en')} clients; logarithmic; mean of ten seconds; the dashed line is what the origin answers`,
    columns: 2,
    xLabel: 'minutes',
    yLabel: 'requests a second',
    x: [0, TOLD_END / MINUTE],
    y: [1, 10 ** Math.ceil(Math.log10(clients))],
    isLog: true,
    panels: summaries.map(({ jitter, retryAfter, rates }) => ({
      title: titleOf(jitter, retryAfter),
      rules: [{ y: capacityOf(clients), label: '' }],
      lines: [{ color: colorOf(jitter), points: rates.map((rate, at) => [minutesOf(at), rate]) }],
    })),
  })
}

function titleOf(jitter, retryAfter) {
  const spread = jitter === 'full' ? 'Jitter (default)' : 'No jitter'
  return retryAfter === 'none' ? `${spread}, no Retry-After` : `${spread}, Retry-After: ${retryAfter}`
}

function colorOf(jitter) {
  return jitter === 'full' ? '#0969da' : '#cf222e'
}

function minutesOf(at) {
  return ((at + 0.5) * WINDOW_SECONDS) / MINUTE
}
