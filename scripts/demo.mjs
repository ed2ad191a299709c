/**
 * The playground: packs six real npm packages as plugins, serves them on loopback, and serves a page that installs,
 * breaks and runs them. What it makes is kept in `.demo`, so that the next start is quick.
 *
 *   node scripts/demo.mjs [--port 4280] [--origin-port 4281] [--inspect]
 *
 * With `--inspect`, `/inspect/` beside the page shows its actors: who there is, what each is doing, what they tell.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What the build writes among the last. */
const BUILT = join(ROOT, 'dist/src/hosts/browser/engine.worker.js')
const SOURCES = [
  'src',
  'machines',
  'scripts/bundle-worker.mjs',
  'scripts/styles.mjs',
  'package.json',
  'tsconfig.build.json',
]

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    'origin-port': { type: 'string' },
    inspect: { type: 'boolean', default: false },
  },
})

if (isStale()) build()
const { startPlayground } = await import('../examples/playground/server/startPlayground.mjs')
const playground = await startPlayground({
  port: numberOf(values.port),
  originPort: numberOf(values['origin-port']),
  inspect: values.inspect,
  onPack: (title) => console.log(`Packing ${title} ...`),
})
console.log(`
  The playground is at   ${bold(playground.url)}
  Its plugins come from  ${playground.originUrl}
${values.inspect ? `  Look into it at        ${bold(`${playground.url}inspect/`)}\n` : ''}
  Ctrl-C ends it.`)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop)

async function stop() {
  await playground.close()
  process.exit(0)
}

function isStale() {
  const built = statSync(BUILT, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return SOURCES.some((source) => changedAt(join(ROOT, source)) > built)
}

/** The latest of a file, or of all files in a folder. */
function changedAt(path) {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found?.isDirectory()) return found?.mtimeMs ?? 0
  return Math.max(...readdirSync(path).map((name) => changedAt(join(path, name))))
}

function build() {
  console.log('Building plugdock ...')
  const { status } = spawnSync('npm', ['run', 'build', '--silent'], {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) process.exit(status ?? 1)
}

function bold(text) {
  return process.stdout.isTTY ? `\x1b[1m${text}\x1b[22m` : text
}

function numberOf(text) {
  return text === undefined ? undefined : Number(text)
}
