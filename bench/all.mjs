/**
 * All benches, one after the other, as large as fits into nine minutes of two quiet cores: `bench:report` writes README's
 * section of what they keep.
 *
 *   npm run bench:all -- [--only node,browser] [--keep] [--beside <what else ran>]
 *
 * Each has a limit of time of its own: one that fails or hangs is told at the end, and those after it run all the same.
 * `npm ci --prefix bench` brings those that Node's are compared with.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { benchOptions } from './report/options.mjs'

/** Between the request to end and the end. */
const GRACE_MS = 5000

/** Arguments, and after how long it is ended: some three times what it takes where nothing else runs. */
const BENCHES = {
  size: { args: [], maxSeconds: 90 },
  node: { args: ['--rounds', '5'], maxSeconds: 300 },
  browser: { args: ['--rounds', '5'], maxSeconds: 380 },
  queue: { args: [], maxSeconds: 120 },
  progress: { args: ['--rounds', '1', '--seconds', '4'], maxSeconds: 120 },
  ui: { args: ['--seconds', '5', '--slowdown', '1'], maxSeconds: 120 },
  rate: { args: [], maxSeconds: 90 },
  delta: { args: ['--edits', '2'], maxSeconds: 180 },
  corruption: { args: ['--mib', '4'], maxSeconds: 240 },
  resume: { args: ['--rounds', '1'], maxSeconds: 240 },
  connections: { args: ['--rounds', '1', '--slow-mib', '16'], maxSeconds: 120 },
  scale: { args: ['--counts', '500,1000'], maxSeconds: 120 },
}

const { only, keep, beside } = benchOptions({ only: Object.keys(BENCHES).join(',') })
const passedOn = [...(keep ? ['--keep'] : []), ...(beside ? ['--beside', beside] : [])]
const told = []
for (const name of only.split(',')) told.push({ bench: name, ...(await run(name)) })
console.table(told)
if (told.some(({ ended }) => ended !== 'well')) process.exitCode = 1

async function run(name) {
  const { args, maxSeconds } = BENCHES[name] ?? {}
  const path = fileURLToPath(new URL(`${name}.mjs`, import.meta.url))
  if (!args || !existsSync(path)) return { ended: 'never: there is none', seconds: 0 }
  console.log(`\n== bench:${name}`)
  const startedAt = performance.now()
  const child = spawn(process.execPath, [path, ...args, ...passedOn], { stdio: 'inherit', detached: true })
  const ended = once(child, 'close')
  const limits = [
    setTimeout(() => end(child, 'SIGTERM'), maxSeconds * 1000),
    setTimeout(() => end(child, 'SIGKILL'), maxSeconds * 1000 + GRACE_MS),
  ]
  const [status, signal] = await ended
  for (const limit of limits) clearTimeout(limit)
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  return { ended: inWords(status, signal, seconds, maxSeconds), seconds }
}

function inWords(status, signal, seconds, maxSeconds) {
  if (status === 0) return 'well'
  return seconds >= maxSeconds ? `by its limit of ${maxSeconds} s` : `with ${status ?? signal}`
}

/** With the processes that it started. */
function end(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}
