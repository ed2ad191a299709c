/**
 * Docks that never rest, on a bad network and a bad disk, some of them killed again and again.
 *
 *   npm run soak -- [--minutes 30] [--seed <number>] [--out <folder>]
 *
 * One process lives as long as the soak; others, in a directory of their own, are killed at random instants, bits of
 * their files are flipped while nobody looks, and what the next dock finds is checked. Prints what was done and writes
 * `soak-memory.svg`. Ends with 1 where anything was lost, hung, left behind, or where memory grew. What is chosen
 * follows from the seed; when it happens does not.
 */
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createScriptedOrigin } from '../dist/src/testing/index.js'
import { damagedIn, emptyOut, strayIn, wrongBytes } from './soak/aftermath.mjs'
import { ChildLife } from './soak/childLife.mjs'
import { MAY_RISE_MIB, memoryPlot, secondHalf } from './soak/memory.mjs'
import { openSoakDock } from './soak/openSoakDock.mjs'
import { publishAll } from './soak/releases.mjs'
import { chance, passes, within } from './soak/tools.mjs'
import { Weather } from './soak/weather.mjs'

const WEATHER_MS = 60
const LATEST_KILL_MS = 5000
const FLIPPED_SHARE = 0.25
const PATIENCE_MS = 120_000
/** Shorter runs say nothing of memory: it is still being warmed up. */
const MEMORY_IS_JUDGED_MINUTES = 10
/** Records of versions that failed, and of the highest that worked, outlive their plugins. */
const RECORDS_MAX_BYTES = 16_384

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, seed: { type: 'string' }, out: { type: 'string' } },
})
const minutes = Number(values.minutes)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
if (!(minutes > 0) || !Number.isInteger(seed))
  throw new TypeError('--minutes is a number above zero, --seed a whole one')
const out = values.out ?? (await mkdtemp(join(tmpdir(), 'plugdock-soak-plot-')))
await mkdir(out, { recursive: true })
const work = await mkdtemp(join(tmpdir(), 'plugdock-soak-'))
const startedAt = performance.now()
const tally = {
  kills: 0,
  flips: 0,
  operations: {},
  refusals: 0,
  recordRefusals: 0,
  defects: [],
  lasting: [],
  killed: [],
}
console.log(`Soak of ${minutes} minutes, seed ${seed}`)

const origin = createScriptedOrigin()
const server = await origin.listen()
const site = await publishAll(origin, server.url)
const weather = new Weather(origin, site, chance(seed))
const lives = new Set()
let isBroken = false
const isOver = () => isBroken || performance.now() - startedAt > minutes * 60_000
try {
  await Promise.all([blow(), letLast(), killAgainAndAgain()].map(noteBreak))
} finally {
  for (const life of lives) await life.kill()
  await server.close()
  await rm(work, { recursive: true, force: true, maxRetries: 5 })
}
await report()

function noteDefects(...lines) {
  for (const line of lines) console.log(`DEFECT ${line}`)
  tally.defects.push(...lines)
}

/** Where one part cannot go on the others end, too. */
async function noteBreak(part) {
  try {
    await part
  } catch (error) {
    isBroken = true
    noteDefects(error.stack)
  }
}

/** The network's own chance. */
async function blow() {
  while (!isOver()) {
    weather.change()
    if (origin.requests.length > 1000) origin.forgetRequests()
    await passes(WEATHER_MS)
  }
}

async function letLast() {
  const directory = join(work, 'lasting')
  const life = start('lasting', directory, seed)
  await life.says('open')
  while (!isOver() && !life.hasEnded) await passes(500)
  await life.kill()
  noteEnd(life, tally.lasting)
  // where room is short, plugins go
  await check(directory, new Set(), false)
}

async function killAgainAndAgain() {
  const directory = join(work, 'mortal')
  const { random, pick } = chance(seed + 1)
  let kept = new Set()
  /** What was flipped, and no dock has mended so far. */
  let flipped = new Map()
  for (let number = 1; !isOver(); number++) {
    const life = start('mortal', directory, seed * 1000 + number, kept)
    await life.says('open')
    await passes(random() * LATEST_KILL_MS)
    await life.kill()
    tally.kills++
    noteEnd(life, tally.killed)
    const damaged = [...(await damagedIn(directory, site.hashes))].filter(([address]) => !flipped.has(address))
    noteDefects(...damaged.map(([, line]) => `after kill ${tally.kills}: ${line}`))
    kept = await check(directory, life.kept, random() < FLIPPED_SHARE && pick)
    flipped = await damagedIn(directory, site.hashes)
  }
  const { usedBytes, stray } = await emptyOut(async () => (await openSoakDock(directory)).dock, directory)
  noteDefects(...stray.map((line) => `when all was deleted: ${line}`))
  if (usedBytes > RECORDS_MAX_BYTES) noteDefects(`when all was deleted: ${usedBytes} bytes are in use`)
}

function start(kind, directory, ownSeed, kept = new Set()) {
  const { manifests, hashes } = site
  const life = new ChildLife({ kind, directory, seed: ownSeed, manifests, hashes }, kept, PATIENCE_MS)
  lives.add(life)
  return life
}

/** Which plugins are there now, after what a killed process left was recovered. */
async function check(directory, kept, flips) {
  if (flips) await flipOne(directory, flips)
  const { dock } = await within(
    PATIENCE_MS,
    openSoakDock(directory, { holdRestored: true }),
    () => 'A dock does not open after a kill',
  )
  const wrong = await weather.calmFor(() => wrongBytes(dock, site.hashes))
  const installed = new Set((await dock.storage.getInstalledPlugins()).map(({ pluginId }) => pluginId))
  await dock.close()
  const lost = [...kept].filter((pluginId) => !installed.has(pluginId)).map((pluginId) => `${pluginId} is lost`)
  noteDefects(...[...wrong, ...lost, ...(await strayIn(directory))].map((line) => `after kill ${tally.kills}: ${line}`))
  return installed
}

async function flipOne(directory, pick) {
  const folder = join(directory, 'bundles')
  const name = pick(await readdir(folder).catch(() => []))
  if (!name) return
  const file = await open(join(folder, name), 'r+')
  try {
    const { size } = await file.stat()
    const at = Math.floor(size / 3)
    const byte = Buffer.alloc(1)
    await file.read(byte, 0, 1, at)
    byte[0] ^= 0xff
    await file.write(byte, 0, 1, at)
    tally.flips++
  } finally {
    await file.close()
  }
}

function noteEnd(life, samples) {
  lives.delete(life)
  for (const [name, count] of Object.entries(life.counts))
    tally.operations[name] = (tally.operations[name] ?? 0) + count
  tally.refusals += life.refusals
  tally.recordRefusals += life.recordRefusals
  noteDefects(...life.defects)
  samples.push(...life.memory.map((sample) => ({ ...sample, at: (sample.at - startedAt) / 1000 })))
}

async function report() {
  const operations = Object.values(tally.operations).reduce((sum, count) => sum + count, 0)
  const fits = Object.fromEntries(
    ['heap', 'rss'].map((key) => [key, secondHalf(tally.lasting.map((sample) => [sample.at, sample[key]]))]),
  )
  for (const [key, fit] of Object.entries(fits)) {
    if (minutes >= MEMORY_IS_JUDGED_MINUTES && fit && fit.riseMib > MAY_RISE_MIB[key])
      noteDefects(`${key} rose by ${fit.riseMib.toFixed(1)} MiB in the second half`)
  }
  const lost = tally.defects.filter((line) => /other bytes|is lost|no file/.test(line)).length
  console.log(
    [
      `${operations} operations of ${Object.keys(tally.operations).length} kinds`,
      `${weather.met} faults of the network, ${tally.refusals} of the disk, ${tally.recordRefusals} of records, ${tally.flips} flipped bytes, ${tally.kills} kills`,
      `${lost === 0 ? '0 bytes lost' : `${lost} plugins lost or wrong`}; ${tally.defects.length} defects`,
      ...Object.entries(fits).map(
        ([key, fit]) =>
          `${key}: ${fit ? `${fit.slopeMibPerMinute.toFixed(3)} MiB a minute in the second half, ${fit.riseMib.toFixed(1)} MiB in all (may be ${MAY_RISE_MIB[key]})` : 'too few samples'}`,
      ),
    ].join('\n'),
  )
  const subtitle = `${minutes} minutes, ${operations} operations, ${weather.met + tally.refusals + tally.recordRefusals + tally.flips} faults, ${tally.kills} kills; seed ${seed}`
  await writeFile(join(out, 'soak-memory.svg'), memoryPlot({ ...tally, minutes, subtitle }))
  console.log(`Plot: ${join(out, 'soak-memory.svg')}; to choose the same again: --seed ${seed}`)
  if (tally.defects.length > 0 || operations === 0) process.exitCode = 1
}
