/**
 * Builds the package, runs every suite and ends with what failed, and one line for machines: `N passed, N failed`.
 *
 *   node scripts/test.mjs [--full] [vitest filters and options]
 *
 * The suites of Node run side by side with those of pages and of the package, as either leaves half of two cores idle;
 * what the latter print is shown when each has ended. Behind either come the heavy ones, of processes and of pages: these
 * wait for servers, kills and limits of speed more than they work. XState's development build, which alone says that an actor was dropped, runs the tests of whole docks, and
 * with `--full` all of Node's.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addTallies, closingLine, failuresOf, NOTHING, tallyOf } from './tally.mjs'

const VITEST = 'node_modules/vitest/vitest.mjs'
const args = process.argv.slice(2)
const isFull = args.includes('--full')
const passedOn = args.filter((argument) => argument !== '--full')

const inNode = [
  { title: 'as an app runs it', projects: ['architecture', 'unit', 'integration'] },
  {
    title: "on XState's development build",
    projects: ['unit', 'integration'],
    conditions: 'development',
    paths: isFull ? [] : ['test/unit/dock', 'test/unit/faultCases/supervisor'],
  },
  ...(isFull ? [{ title: 'heavy suites', projects: ['heavy'], mayBeEmpty: true }] : []),
]
const besideThem = [
  { title: 'in Chromium', projects: ['browser'], printsAtTheEnd: true },
  { title: 'stories, in Chromium', projects: ['stories'], printsAtTheEnd: true },
  { title: 'the package, as others see it', projects: ['types'], printsAtTheEnd: true },
  ...(isFull ? [{ title: 'under React 18, in Chromium', projects: ['react18'], printsAtTheEnd: true }] : []),
  ...(isFull ? [{ title: 'in Chromium, Firefox and WebKitGTK', projects: ['engines'], printsAtTheEnd: true }] : []),
  ...(isFull
    ? [{ title: 'heavy suites of pages', projects: ['heavy-pages'], mayBeEmpty: true, printsAtTheEnd: true }]
    : []),
]

const failures = []
const directory = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
let total = NOTHING
try {
  total = build() ? await runAll() : { passed: 0, failed: 1, skipped: 0 }
} finally {
  await rm(directory, { recursive: true, force: true })
}
for (const failure of failures) console.log(`failed in ${failure}`)
if (total.skipped > 0) console.log(`${total.skipped} skipped`)
console.log(closingLine(total))
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0

function build() {
  return spawnSync('npm', ['run', 'build'], { stdio: 'inherit', shell: process.platform === 'win32' }).status === 0
}

async function runAll() {
  const tallies = await Promise.all([runInTurn(inNode), runInTurn(besideThem)])
  return tallies.reduce(addTallies, NOTHING)
}

async function runInTurn(suites) {
  let tally = NOTHING
  for (const suite of suites) tally = addTallies(tally, await runSuite(suite))
  return tally
}

async function runSuite({ title, projects, conditions, paths = [], mayBeEmpty, printsAtTheEnd }) {
  const heading = `\n${title}: ${projects.join(', ')}`
  const outputFile = join(directory, `${projects.join('-')}-${conditions ?? 'default'}.json`)
  if (!printsAtTheEnd) console.log(heading)
  const { status, output } = await run(
    [
      VITEST,
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${outputFile}`,
      ...(mayBeEmpty || passedOn.length > 0 ? ['--passWithNoTests'] : []),
      ...(passedOn.length > 0 ? passedOn : paths),
    ],
    { stdio: ['ignore', printsAtTheEnd ? 'pipe' : 'inherit', 'inherit'], env: withConditions(conditions) },
  )
  if (printsAtTheEnd) console.log(`${heading}\n${output}`)
  const report = await readReport(outputFile)
  failures.push(...failuresOf(report, status, title))
  return tallyOf(report, status)
}

/** The exit status of one Node process, and what it printed where that is piped. */
function run(nodeArguments, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, nodeArguments, options)
    const pieces = []
    child.stdout?.on('data', (piece) => pieces.push(piece))
    child.once('error', reject)
    child.once('close', (status) => resolve({ status, output: Buffer.concat(pieces).toString() }))
  })
}

function withConditions(conditions) {
  if (!conditions) return process.env
  const options = [process.env.NODE_OPTIONS, `--conditions=${conditions}`].filter(Boolean).join(' ')
  return { ...process.env, NODE_OPTIONS: options }
}

async function readReport(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}
