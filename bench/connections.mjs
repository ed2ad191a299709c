/**
 * Over how many connections one bundle should come: a verified install in Node over one to four, over plain loopback
 * and over a line that gives every connection the same share.
 *
 *   npm run bench:connections -- [--rounds 5] [--json]
 *
 * Every sample is a process of its own, the origin is another. Rounds are interleaved, every other one is reversed, one
 * goes before to warm up. Only ratios to one connection within a round are worth quoting: median (min-max).
 */
import { execFile, fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { createToxicsProxy } from '../dist/src/testing/index.js'

const MIB = 1024 * 1024
const COUNTS = [1, 2, 3, 4]
const SAMPLE = fileURLToPath(new URL('nodeSample.mjs', import.meta.url))
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, json: { type: 'boolean', default: false } },
})

const origin = fork(new URL('origin.mjs', import.meta.url))
const upstream = await new Promise((resolve) => origin.once('message', resolve))
const proxy = await createToxicsProxy({ upstream })
await proxy.add({ type: 'bandwidth', bytesPerSecond: 8 * MIB })
try {
  const report = {
    loopback: await compare(upstream, 256),
    '8 MiB/s a connection': await compare(proxy.url, 32),
    load: loadavg()[0],
  }
  console.log(options.json ? JSON.stringify(report, undefined, 2) : inWords(report))
} finally {
  await proxy.close()
  origin.disconnect()
}

async function compare(url, mib) {
  const rounds = []
  for (let round = 0; round <= Number(options.rounds); round++) {
    const times = new Map()
    for (const count of round % 2 === 0 ? COUNTS : COUNTS.toReversed()) times.set(count, await sample(url, mib, count))
    if (round > 0) rounds.push(times)
  }
  return Object.fromEntries(
    COUNTS.map((count) => [count, spread(rounds.map((times) => times.get(count) / times.get(1)))]),
  )
}

async function sample(url, mib, connections) {
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-bench-'))
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [
      SAMPLE,
      'install',
      url,
      mib,
      directory,
      connections,
    ])
    return JSON.parse(stdout).ms
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function spread(values) {
  const sorted = values.toSorted((left, right) => left - right)
  return { median: sorted[Math.floor(sorted.length / 2)], min: sorted[0], max: sorted.at(-1) }
}

function inWords({ load, ...lines }) {
  const rows = Object.entries(lines).flatMap(([line, ratios]) => [
    `${line}: time of an install / over one connection`,
    ...Object.entries(ratios).map(
      ([count, { median, min, max }]) => `  ${count}  ${median.toFixed(2)} (${min.toFixed(2)}-${max.toFixed(2)})`,
    ),
  ])
  return [...rows, `load ${load.toFixed(1)}`].join('\n')
}
