import { execFileSync } from 'node:child_process'
import { cpus, loadavg, totalmem } from 'node:os'

const ROOT = new URL('../../', import.meta.url)

/** What the figures were measured on. */
export function machineOf() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cpus: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${process.platform} ${process.arch}`,
    node: process.version,
  }
}

/** Processes that wanted to run, on average over the last minute. */
export function load() {
  return Math.round(loadavg()[0] * 10) / 10
}

/** What benches write themselves. */
const WRITTEN = ['bench/results', 'README.md', 'docs/performance.svg']

/** With `+` where files differ from it; nothing outside of a clone. */
export function commit() {
  try {
    const others = WRITTEN.map((path) => `:(exclude)${path}`)
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', '.', ...others)
    return `${git('rev-parse', '--short=8', 'HEAD')}${changed ? '+' : ''}`
  } catch {
    return ''
  }
}

function git(...args) {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
}
