/**
 * What a verified install costs in Chromium beside a plain `fetch` in a worker whose bytes are thrown away, beside what
 * apps do instead, and what reading costs beside the digests alone.
 *
 *   npm run bench:browser -- [--mib 256] [--count 200] [--rounds 5] [--works fetch,install,...] [--private] [--json <file>]
 *
 * The page is built as an app would build it; nginx on loopback is a process of its own. Rounds are interleaved, every
 * other one is reversed, one goes before to warm up. Only ratios within a round are worth quoting: median (min-max).
 */
import { writeFile } from 'node:fs/promises'
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { cpuMs, growthOf } from './browser/processes.mjs'
import { openBuiltPage } from './builtPage.mjs'
import { MIB, makeFiles, serveByNginx } from './site.mjs'

const { values: options } = parseArgs({
  options: {
    mib: { type: 'string', default: '256' },
    count: { type: 'string', default: '200' },
    'zip-mib': { type: 'string', default: '100' },
    rounds: { type: 'string', default: '5' },
    works: { type: 'string' },
    private: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
})
const mib = Number(options.mib)
const count = Number(options.count)
/** As many as a dock runs at once. */
const AT_ONCE = 3

const made = await makeFiles({ mib, count, zipMib: Number(options['zip-mib']) })
const { page, close } = await openBuiltPage(new URL('./browser/', import.meta.url), {
  serve: (site) => serveByNginx(made.folder, site),
  keepsFiles: !options.private,
})
const fileUrl = (id, extension) => new URL(`files/${id}.${extension}`, page.url()).href
const smallIds = Array.from({ length: count }, (_, index) => `small-${index}`)
const call = (name, ...args) => page.evaluate(([work, given]) => globalThis.works[work](...given), [name, args])
const big = fileUrl('big', 'bin')

/** Each with what it is measured against. */
const WORKS = {
  fetch: { run: () => call('plain', 'throwAway', big) },
  'fetch, BYOB': { against: 'fetch', run: () => call('plain', 'throwAwayInto', big) },
  install: { against: 'fetch', run: () => installBig() },
  'fetch to OPFS, unchecked': { against: 'fetch', run: () => call('plain', 'storeUnverified', big) },
  'Cache.put, unchecked': { against: 'fetch', run: () => call('cachePut', big) },
  'localforage, digests': { against: 'fetch', run: () => call('localforageChunks', big) },
  'small fetches': { run: () => call('plain', 'throwAwayAll', smallUrls(), AT_ONCE) },
  'small installs': { against: 'small fetches', run: installSmall },
  digests: { run: () => call('digestInMemory', mib * MIB) },
  'verify, handle': { against: 'digests', run: () => call('verify', 'kept', 'bench.big') },
  'stream, handle': { against: 'digests', run: () => call('streamAll', 'kept', 'bench.big') },
  'verify, File': { against: 'digests', run: () => withFiles(() => call('verify', 'kept', 'bench.big')) },
  '10 KiB of an archive': { run: () => call('readSmall', 'kept', 'bench.archive') },
}
const names = options.works?.split(',') ?? Object.keys(WORKS)

const session = await page.context().browser().newBrowserCDPSession()
try {
  await call('openDock', 'dock')
  await call('openDock', 'small')
  await call('openDock', 'kept')
  for (const id of ['big', 'archive']) await call('install', 'kept', fileUrl(id, 'json'))
  const rounds = []
  for (let round = 0; round <= Number(options.rounds); round++) {
    const samples = {}
    for (const name of round % 2 === 0 ? names : names.toReversed()) samples[name] = await sample(WORKS[name].run)
    if (round > 0) rounds.push(samples)
  }
  const report = describe(rounds, names.includes('install') ? await memory() : {})
  console.log(inWords(report))
  if (options.json) await writeFile(options.json, `${JSON.stringify(report, undefined, 2)}\n`)
} finally {
  await close()
  await made.remove()
}

async function sample(run) {
  const before = await cpuMs(session)
  const result = await run()
  return { ...result, cpuMs: (await cpuMs(session)) - before }
}

async function installBig() {
  const result = await call('install', 'dock', fileUrl('big', 'json'))
  if (result.bytes !== made.size) throw new Error(`${result.bytes} bytes were installed`)
  return { ...result, ...(await checkedAndGone('dock')) }
}

/** The bytes are those of the server, by a digest that plugdock has nothing to do with. */
async function checkedAndGone(name) {
  const { digest } = await call('plain', 'digestFile', name)
  if (digest !== made.digest) throw new Error('Other bytes were installed')
  await call('uninstall', name)
}

async function installSmall() {
  const result = await call(
    'installAll',
    'small',
    smallIds.map((id) => fileUrl(id, 'json')),
  )
  if (result.bytes !== count * MIB) throw new Error(`${result.bytes} bytes were installed`)
  await call('uninstall', 'small')
  return result
}

function smallUrls() {
  return smallIds.map((id) => [fileUrl(id, 'json'), fileUrl(id, 'bin')])
}

/** A dock that reads `File`s takes the place of the one that reads through handles. */
async function withFiles(work) {
  await call('closeDock', 'kept')
  await call('openDock', 'kept', { readsFiles: true })
  try {
    return await work()
  } finally {
    await call('closeDock', 'kept')
    await call('openDock', 'kept')
  }
}

async function memory() {
  const small = await growthOf(session, page, () => call('install', 'dock', fileUrl('first', 'json')))
  await call('uninstall', 'dock')
  const large = await growthOf(session, page, () => call('install', 'dock', fileUrl('big', 'json')))
  return { 'growth of the renderer, 1 MiB (MiB)': small, [`growth of the renderer, ${mib} MiB (MiB)`]: large }
}

function describe(rounds, memoryMiB) {
  const works = {}
  for (const name of names) {
    const { against } = WORKS[name]
    const of = (field) => spread(rounds.map((samples) => samples[name][field]))
    const isMeasured = against !== undefined && names.includes(against)
    const ratio = isMeasured ? spread(rounds.map((samples) => samples[name].ms / samples[against].ms)) : undefined
    works[name] = { against, ratio, ms: of('ms'), cpuMs: of('cpuMs') }
  }
  const both = ['install', 'localforage, digests']
  const toObvious = both.every((name) => names.includes(name))
    ? spread(rounds.map((samples) => samples[both[0]].ms / samples[both[1]].ms))
    : undefined
  return {
    machine: { cpu: cpus()[0]?.model, cpus: cpus().length, load: loadavg()[0] },
    mib,
    count,
    rounds: rounds.length,
    works,
    installToLocalforage: toObvious,
    memoryMiB,
  }
}

function spread(numbers) {
  const sorted = numbers.toSorted((left, right) => left - right)
  return { median: sorted[Math.floor(sorted.length / 2)], min: sorted[0], max: sorted.at(-1) }
}

function inWords({ machine, rounds, works, installToLocalforage, memoryMiB }) {
  const row = (cells) => cells.map((cell, at) => cell.padEnd(at === 0 ? 26 : 24)).join(' ')
  const words = ({ median, min, max }, digits = 0) =>
    `${median.toFixed(digits)} (${min.toFixed(digits)}-${max.toFixed(digits)})`
  return [
    `${machine.cpus} x ${machine.cpu}, load ${machine.load.toFixed(1)}; ${mib} MiB, ${count} x 1 MiB, ${rounds} rounds`,
    row(['', 'ratio', 'ms', 'CPU ms', 'against']),
    ...Object.entries(works).map(([name, { against, ratio, ms, cpuMs: cpu }]) =>
      row([name, ratio ? words(ratio, 2) : '', words(ms, 1), words(cpu), against ?? '']),
    ),
    ...(installToLocalforage ? [`install / localforage, digests: ${words(installToLocalforage, 3)}`] : []),
    ...Object.entries(memoryMiB).map(([name, value]) => `${name}: ${value.toFixed(0)}`),
  ].join('\n')
}
