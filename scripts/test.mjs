/**
 * Builds the package, runs every suite and ends with one line for machines: `N passed, N failed`.
 *
 *   node scripts/test.mjs [--full] [vitest filters and options]
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addTallies, closingLine, NOTHING, tallyOf } from './tally.mjs'

const VITEST = 'node_modules/vitest/vitest.mjs'
const args = process.argv.slice(2)
const isFull = args.includes('--full')
const passedOn = args.filter((argument) => argument !== '--full')

const suites = [
  { title: 'as an app runs it', projects: ['architecture', 'unit', 'integration', 'types'] },
  { title: "on XState's development build", projects: ['unit', 'integration'], conditions: 'development' },
  { title: 'in Chromium', projects: ['browser'] },
  { title: 'stories, in Chromium', projects: ['stories'] },
  ...(isFull ? [{ title: 'under React 18, in Chromium', projects: ['react18'] }] : []),
  ...(isFull ? [{ title: 'heavy suites', projects: ['heavy'], mayBeEmpty: true }] : []),
  ...(isFull ? [{ title: 'in Chromium, Firefox and WebKitGTK', projects: ['engines'] }] : []),
]

const directory = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
let total = NOTHING
try {
  if (build()) for (const [index, suite] of suites.entries()) total = addTallies(total, await runSuite(suite, index))
  else total = addTallies(total, { passed: 0, failed: 1, skipped: 0 })
} finally {
  await rm(directory, { recursive: true, force: true })
}
if (total.skipped > 0) console.log(`${total.skipped} skipped`)
console.log(closingLine(total))
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0

function build() {
  return spawnSync('npm', ['run', 'build'], { stdio: 'inherit', shell: process.platform === 'win32' }).status === 0
}

async function runSuite({ title, projects, conditions, mayBeEmpty }, index) {
  console.log(`\n${title}: ${projects.join(', ')}`)
  const outputFile = join(directory, `${index}.json`)
  const { status } = spawnSync(
    process.execPath,
    [
      VITEST,
      'run',
      ...projects.flatMap((project) => ['--project', project]),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${outputFile}`,
      ...(mayBeEmpty || passedOn.length > 0 ? ['--passWithNoTests'] : []),
      ...passedOn,
    ],
    { stdio: 'inherit', env: withConditions(conditions) },
  )
  return tallyOf(await readReport(outputFile), status)
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
