/**
 * What a verified install costs in Node, over loopback, beside a plain `fetch` whose bytes are thrown away and beside what
 * others need who verify nothing: time, CPU and memory of one large bundle, and of many small ones.
 *
 *   npm run bench:node -- [--mib 256] [--count 200] [--memory-mib 1024] [--rounds 5] [--clients plugdock,got]
 *     [--directory <tmp>] [--json <file>] [--plot <file>] [--keep] [--beside <what else ran>]
 *
 * Every sample is a process of its own, the origin (nginx, where there is one) is another. Peers are packages of
 * `bench/package.json` (`npm ci --prefix bench`) and programs of the system; who is missing is left out. Only ratios
 * within a round are worth quoting.
 */
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { CLIENTS } from './node/clients.mjs'
import { chosenClients, runSample } from './node/runSample.mjs'
import { benchOptions } from './report/options.mjs'
import { startReport } from './report/report.mjs'
import { inRounds } from './report/rounds.mjs'
import { openFiles, openOrigin } from './site.mjs'

const MIB = 1024 * 1024
const SMALL = ['fetch', 'plugdock', 'got']
const options = benchOptions({ mib: 256, count: 200, 'memory-mib': 1024, clients: '', directory: tmpdir() })
const report = startReport('node', options)
const clients = chosenClients(
  options.clients,
  Object.keys(CLIENTS).filter((name) => name !== 'aria2c -x4'),
  report,
)
const files = await openFiles(options.directory)
const origin = await openOrigin(files.folder)
report.uses({ origin: origin.name })
try {
  await compareOne()
  if (options.count > 0) await compareMany()
  await compareMemory()
  await report.finish()
} finally {
  await origin.close()
  await files.remove()
}

async function compareOne() {
  const big = await publish('big', options.mib)
  const rounds = await roundsOf(clients, { files: [big], sizeBytes: options.mib * MIB })
  const peers = Object.keys(rounds[0]).filter((name) => isPeer(CLIENTS[name]))
  const row = 'plugdock'
  const isOurs = clients.includes(row)
  report.addRounds({
    title: `Node: ${options.mib} MiB; plugdock verifies, seals and syncs`,
    rounds,
    over: clients.includes('fetch') ? 'fetch' : undefined,
    ours: [row],
    goals: isOurs ? { P5: { row }, ...(peers.length > 0 && { 'P5 peers': { row, overBestOf: peers } }) } : {},
  })
}

/** Packages of Node's, and whoever verifies. */
function isPeer({ isOurs, verifies, package: isPackage }) {
  return !isOurs && (verifies || isPackage)
}

async function compareMany() {
  const small = []
  for (let index = 0; index < options.count; index++) small.push(await publish(`small-${index}`, 1))
  const names = SMALL.filter((name) => clients.includes(name))
  const rounds = await roundsOf(names, { files: small, sizeBytes: options.count * MIB })
  const isComparable = rounds[0]?.got && rounds[0]?.plugdock
  report.addRounds({
    title: `Node: ${options.count} x 1 MiB, three at once`,
    rounds,
    over: isComparable ? 'got' : undefined,
    ours: ['plugdock'],
    goals: isComparable ? { P6: { row: 'plugdock' } } : {},
  })
}

/** Memory needs no rounds: a busy machine does not change it. */
async function compareMemory() {
  if (!clients.includes('plugdock')) return
  const rows = {}
  for (const mib of [options.mib, options['memory-mib']]) {
    const big = await publish(`memory-${mib}`, mib)
    const { peakRssMiB } = await sample('plugdock', { files: [big], sizeBytes: mib * MIB })
    rows[`plugdock, ${mib} MiB`] = { MiB: peakRssMiB }
  }
  const row = 'plugdock, either'
  rows[row] = { MiB: Object.values(rows).map(({ MiB }) => MiB) }
  report.addFigures({
    title: 'Node: peak memory of the process, with one bundle',
    plotted: 'MiB',
    rows,
    ours: Object.keys(rows),
    goals: { 'P7 node': { row } },
  })
}

function roundsOf(names, about) {
  return inRounds(Object.fromEntries(names.map((name) => [name, () => sample(name, about)])), {
    rounds: options.rounds,
    onFailure: (name, error) => {
      if (CLIENTS[name].isOurs || CLIENTS[name].throwsAway) throw error
      report.note(`${name} is left out: ${error.message.split('\n')[0]}`)
    },
  })
}

function sample(client, about) {
  return runSample(client, { root: options.directory, ...about })
}

async function publish(id, mib) {
  const sha256 = await files.put(id, randomBytes(mib * MIB))
  const url = new URL(`files/${id}`, origin.url).href
  return { name: `${id}.bin`, url: `${url}.bin`, manifestUrl: `${url}.json`, sha256 }
}
