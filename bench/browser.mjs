/**
 * What a verified install costs in Chromium beside a plain `fetch` in a worker whose bytes are thrown away, beside what
 * apps do instead, and what reading costs beside the digests alone.
 *
 *   npm run bench:browser -- [--mib 256] [--count 200] [--rounds 5] [--only big,small,load,memory] [--private] [--keep]
 *
 * The page is built as an app would build it, in a window with a profile on disk (`--private`: in one without); the origin
 * (nginx, where there is one) is a process of its own, and no answer may be cached. Rounds are interleaved, every other
 * one is reversed, one goes before to warm up. Only ratios within a round are worth quoting: median (min-max).
 */
import { cpuMs, growthOf } from './browser/processes.mjs'
import { openBuiltPage } from './builtPage.mjs'
import { benchOptions } from './report/options.mjs'
import { inParts } from './report/parts.mjs'
import { startReport } from './report/report.mjs'
import { inRounds } from './report/rounds.mjs'
import { MIB, makeFiles, openOrigin } from './site.mjs'

const options = benchOptions({ mib: 256, count: 200, zipMib: 100, only: 'big,small,load,memory', private: false })
const { mib, count } = options
const wanted = options.only.split(',')
/** As many as a dock runs at once. */
const AT_ONCE = 3

const made = await makeFiles({ mib, count, zipMib: options.zipMib })
/** Of the part that runs: each has a browser of its own, so that one that is lost takes no other along. */
let page
let session
const fileUrl = (id, extension) => new URL(`files/${id}.${extension}`, page.url()).href
const smallIds = Array.from({ length: count }, (_, index) => `small-${index}`)
const call = (name, ...args) => page.evaluate(([work, given]) => globalThis.works[work](...given), [name, args])
const big = () => fileUrl('big', 'bin')

const BIG = {
  fetch: () => call('plain', 'throwAway', big()),
  'fetch, BYOB': () => call('plain', 'throwAwayInto', big()),
  plugdock: installBig,
  'fetch to OPFS, unchecked': () => call('plain', 'storeUnverified', big()),
  'Cache.put, unchecked': () => call('cachePut', big()),
  'localforage, digests': () => call('localforageChunks', big()),
}
const SMALL = { fetch: () => call('plain', 'throwAwayAll', smallUrls(), AT_ONCE), plugdock: installSmall }
const LOAD = {
  digests: () => call('digestInMemory', mib * MIB),
  'stream, handle': () => call('streamAll', 'kept', 'bench.big'),
  'stream, File': () => withFiles(() => call('streamAll', 'kept', 'bench.big')),
  'storage.verify': () => call('verify', 'kept', 'bench.big'),
}

/** What it does, and for how long at most: rounds stop in time, so that only what hangs is ended. */
const PARTS = {
  big: { run: measureBig, maxMs: 90_000 },
  small: { run: measureSmall, maxMs: 120_000 },
  load: { run: measureLoads, maxMs: 70_000 },
  memory: { run: measureMemory, maxMs: 40_000 },
}
/** Of a part's time, for rounds: what a last one may take is left. */
const ROUNDS_SHARE = 0.6

const report = startReport('browser', options)
try {
  const parts = Object.fromEntries(wanted.map((name) => [name, partOf(name)]))
  await inParts(parts, {
    open: openPage,
    close: (opened) => opened.close(),
    onFailure: (name, error) => {
      report.note(`What ${name} measures was not measured to its end: ${error.message}`)
      process.exitCode = 1
    },
  })
  await report.finish()
} finally {
  await made.remove()
}
// a browser that is lost may leave connections open
process.exit()

function partOf(name) {
  const { maxMs, run } = PARTS[name] ?? {}
  if (!run) throw new Error(`There is no part ${name}`)
  return { maxMs, run: () => run({ ...options, maxMs: maxMs * ROUNDS_SHARE }) }
}

async function openPage() {
  const opened = await openBuiltPage(new URL('./browser/', import.meta.url), {
    serve: async (site) => {
      const origin = await openOrigin(made.folder, site)
      report.uses({ origin: origin.name })
      return origin
    },
    keepsFiles: !options.private,
  })
  page = opened.page
  report.uses({ chromium: opened.browser.version() })
  session = await opened.browser.newBrowserCDPSession()
  for (const name of ['dock', 'small', 'kept']) await call('openDock', name)
  return opened
}

async function measureBig(limits) {
  const rounds = await inRounds(sampled(BIG, made.size), limits)
  const goals = { P1: { row: 'plugdock' }, P2: { row: 'plugdock', overBestOf: ['localforage, digests'] } }
  report.addRounds({ title: `Install of ${mib} MiB`, rounds, over: 'fetch', ours: ['plugdock'], goals })
}

async function measureSmall(limits) {
  const rounds = await inRounds(sampled(SMALL, count * MIB), limits)
  const title = `${count} x 1 MiB, ${AT_ONCE} at once`
  report.addRounds({ title, rounds, over: 'fetch', ours: ['plugdock'], goals: { P3: { row: 'plugdock' } } })
}

function sampled(works, leastBytes) {
  return Object.fromEntries(Object.entries(works).map(([name, run]) => [name, () => sample(name, run, leastBytes)]))
}

async function measureLoads(limits) {
  for (const id of ['big', 'archive']) await call('install', 'kept', fileUrl(id, 'json'))
  const rounds = await inRounds(sampled(LOAD, made.size), limits)
  report.addRounds({
    title: `Verified on load, ${mib} MiB`,
    rounds,
    over: 'digests',
    ours: Object.keys(LOAD).slice(1),
    goals: { 'P4 handle': { row: 'stream, handle' }, 'P4 file': { row: 'stream, File' } },
  })
  const reads = await inRounds({ read: () => call('readSmall', 'kept', 'bench.archive') }, options)
  report.addFigures({
    title: 'One file of an archive, from load to its bytes',
    rows: { '10 KiB of 100 MB': { ms: reads.map(({ read }) => read.ms) } },
    plotted: 'ms',
    ours: ['10 KiB of 100 MB'],
    goals: { 'P4 zip': { row: '10 KiB of 100 MB' } },
  })
}

async function measureMemory() {
  const growths = { 'install of 1 MiB': [], [`install of ${mib} MiB`]: [] }
  for (const [at, id] of ['first', 'big'].entries()) {
    for (let round = 0; round < options.rounds; round++) {
      const growth = await growthOf(session, page, () => call('install', 'dock', fileUrl(id, 'json')))
      growths[Object.keys(growths)[at]].push(growth)
      await call('uninstall', 'dock')
    }
  }
  report.addFigures({
    title: 'Growth of the renderer',
    rows: Object.fromEntries(Object.entries(growths).map(([name, MiB]) => [name, { MiB }])),
    plotted: 'MiB',
    ours: Object.keys(growths),
    goals: { 'P7 page': { row: `install of ${mib} MiB` } },
  })
}

async function sample(name, run, leastBytes) {
  const before = await cpuMs(session)
  const { after, ...result } = await run()
  const spentMs = (await cpuMs(session)) - before
  await after?.()
  if (result.bytes < leastBytes) throw new Error(`${name} had ${result.bytes} bytes of ${leastBytes}`)
  return { ...result, cpuMs: spentMs }
}

async function installBig() {
  const result = await call('install', 'dock', fileUrl('big', 'json'))
  return { ...result, after: () => checkedAndGone('dock', made.bigDigest) }
}

/** The bytes are those of the server, by a digest that plugdock has nothing to do with. */
async function checkedAndGone(name, digests) {
  if ((await call('plain', 'digestFiles', name)) !== digests) throw new Error('Other bytes were installed')
  await call('uninstall', name)
}

async function installSmall() {
  const result = await call(
    'installAll',
    'small',
    smallIds.map((id) => fileUrl(id, 'json')),
  )
  return { ...result, after: () => checkedAndGone('small', made.smallDigests) }
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
