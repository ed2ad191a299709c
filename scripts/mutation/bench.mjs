/** One tree with one warm vitest, where faults are judged one after the other. */
import { fork } from 'node:child_process'
import { join } from 'node:path'

const WARM_VITEST = join(import.meta.dirname, 'warmVitest.mjs')
/** A test that says nothing for so long hangs. Its own limit is half a minute. */
const SILENCE_MS = 60_000

export function openBench(tree) {
  let child
  /** Files that are not as vitest saw them last. */
  const changed = new Set()
  return { judge, close }

  async function judge(fault) {
    const startedAt = Date.now()
    await assertHealthy(fault)
    const remove = await tree.plant(fault)
    changed.add(fault.file)
    const outcome = await runTests(fault.tests).finally(remove)
    changed.add(fault.file)
    if (outcome.hung || outcome.died) await stop()
    return { fault, ...verdictOf(outcome), seconds: Math.round((Date.now() - startedAt) / 1000) }
  }

  /** Without a fault the same tests pass: else nothing would be proven. */
  async function assertHealthy({ tests }) {
    const unproven = tests.filter((test) => !proven.has(test))
    if (unproven.length === 0) return
    const { failure, hung, died, ran } = await runTests(unproven)
    if (failure || hung || died || ran === 0)
      throw new Error(`Without a fault these fail: ${unproven.join(', ')}: ${JSON.stringify({ failure, hung, died })}`)
    for (const test of unproven) proven.add(test)
  }

  async function runTests(tests) {
    child ??= await start()
    const running = child
    return new Promise((resolve) => {
      let silence
      const settle = (outcome) => {
        clearTimeout(silence)
        running.removeAllListeners('message').removeAllListeners('exit')
        resolve(outcome)
      }
      const listen = () => {
        clearTimeout(silence)
        silence = setTimeout(() => settle({ hung: true }), SILENCE_MS)
      }
      running.on('exit', () => settle({ died: true }))
      running.on('message', (message) => (message.type === 'ended' ? settle(message) : listen()))
      listen()
      running.send({ changed: [...changed], tests })
      changed.clear()
    })
  }

  function start() {
    const args = ['--project', 'unit', '--project', 'integration']
    const options = { cwd: tree.directory, detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }
    const started = fork(WARM_VITEST, args, options)
    return new Promise((resolve, reject) => {
      started.once('exit', (code) => reject(new Error(`vitest did not start (${code})`)))
      started.once('message', () => {
        started.removeAllListeners('exit')
        resolve(started)
      })
    })
  }

  /** With all that it has begun: tests that hang live in processes of their own. */
  async function stop() {
    const stopped = child
    child = undefined
    if (!stopped || stopped.exitCode !== null) return
    const ended = new Promise((resolve) => stopped.once('exit', resolve))
    process.kill(process.platform === 'win32' ? stopped.pid : -stopped.pid, 'SIGKILL')
    await ended
  }

  async function close() {
    await stop()
    await tree.remove()
  }
}

/** Test files that passed without a fault, in any tree. */
const proven = new Set()

function verdictOf({ failure, hung, died }) {
  if (hung) return { verdict: 'timed out' }
  if (died) return { verdict: 'killed', by: { test: '(its process died)' } }
  return failure ? { verdict: 'killed', by: failure } : { verdict: 'survived' }
}
