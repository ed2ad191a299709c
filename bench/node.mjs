/**
 * What a verified install costs in Node beside a plain `fetch` whose bytes are thrown away, over loopback.
 *
 *   npm run bench:node -- [--mib 256] [--rounds 5] [--memory-mib 1024] [--directory <tmp>] [--json]
 *
 * Every sample is a process of its own, the origin is another. Rounds are interleaved, every other one is reversed,
 * and one goes before to warm up. Only ratios within a round are worth quoting: median (min-max).
 */
import { execFile, fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'

const MIB = 1024 * 1024
const WORKS = ['fetch', 'http', 'install']
const SAMPLE = fileURLToPath(new URL('nodeSample.mjs', import.meta.url))
const { values: options } = parseArgs({
  options: {
    mib: { type: 'string', default: '256' },
    rounds: { type: 'string', default: '5' },
    'memory-mib': { type: 'string', default: '1024' },
    directory: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
  },
})

const origin = fork(new URL('origin.mjs', import.meta.url))
const url = await new Promise((resolve) => origin.once('message', resolve))
try {
  const rounds = await sampleRounds(Number(options.mib), Number(options.rounds))
  const memory = await sample('install', Number(options['memory-mib']))
  const report = describe(rounds, memory)
  console.log(options.json ? JSON.stringify(report, undefined, 2) : inWords(report))
} finally {
  origin.disconnect()
}

async function sampleRounds(mib, count) {
  const rounds = []
  for (let round = 0; round <= count; round++) {
    const samples = {}
    for (const work of round % 2 === 0 ? WORKS : WORKS.toReversed()) samples[work] = await sample(work, mib)
    if (round > 0) rounds.push(samples)
  }
  return rounds
}

async function sample(work, mib) {
  const directory = await mkdtemp(join(options.directory, 'plugdock-bench-'))
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [SAMPLE, work, url, String(mib), directory])
    const result = JSON.parse(stdout)
    if (result.bytes !== mib * MIB) throw new Error(`${work} got ${result.bytes} bytes`)
    if (work === 'install') await checkBytes(join(directory, 'bundles'), mib)
    return result
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

async function checkBytes(bundles, mib) {
  const [bundle, ...others] = await readdir(bundles)
  if (bundle === undefined || others.length > 0) throw new Error('Not one bundle was installed')
  const hash = createHash('sha256')
  await pipeline(createReadStream(join(bundles, bundle)), hash)
  const manifest = await (await fetch(`${url}/manifest/${mib}`)).json()
  if (manifest.bundle.integrity !== `sha256-${hash.digest('base64')}`) throw new Error('Other bytes were installed')
}

function describe(rounds, memory) {
  const works = {}
  for (const work of WORKS) {
    const of = (name) => spread(rounds.map((samples) => samples[work][name]))
    const ratioToFetch = spread(rounds.map((samples) => samples[work].ms / samples.fetch.ms))
    works[work] = { ratioToFetch, ms: of('ms'), cpuMs: of('cpuMs'), peakRssMiB: of('peakRssMiB') }
  }
  return {
    machine: { node: process.version, cpu: cpus()[0]?.model, cpus: cpus().length, load: loadavg()[0] },
    mib: Number(options.mib),
    rounds: rounds.length,
    works,
    memory: { mib: Number(options['memory-mib']), peakRssMiB: memory.peakRssMiB, ms: memory.ms },
  }
}

function spread(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  return { median: sorted[Math.floor(sorted.length / 2)], min: sorted[0], max: sorted.at(-1) }
}

function inWords({ machine, mib, rounds, works, memory }) {
  const row = (cells) => cells.map((cell, at) => cell.padEnd(at === 0 ? 8 : 20)).join(' ')
  const words = ({ median, min, max }, digits = 0) =>
    `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`
  return [
    `Node ${machine.node}, ${machine.cpus} x ${machine.cpu}, load ${machine.load.toFixed(1)}; ${mib} MiB, ${rounds} rounds`,
    row(['', '/ fetch', 'ms', 'CPU ms', 'peak RSS MiB']),
    ...WORKS.map((work) => {
      const { ratioToFetch, ms, cpuMs, peakRssMiB } = works[work]
      return row([work, words(ratioToFetch, 2), words(ms), words(cpuMs), words(peakRssMiB)])
    }),
    `install of ${memory.mib} MiB: peak RSS ${memory.peakRssMiB.toFixed(0)} MiB, ${memory.ms.toFixed(0)} ms`,
  ].join('\n')
}
