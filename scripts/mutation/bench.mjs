/** One tree with one warm vitest, where faults are judged one after the other. */
import { fork } from 'node:child_process'
import { join } from 'node:path'

const WARM_VITEST = join(import.meta.dirname, 'warmVitest.mjs')
/** A test that says nothing for so long hangs. Its own limit is shorter. */
const SILENCE_MS = 90_000

/** Tests that passed without a fault, in any tree. */
const healthy = new Set()

/** `script`: what runs the tests, as warmVitest.mjs does. */
export function openBench(tree, script = WARM_VITEST) {
  let child
  /** Files that are not as vitest saw them last. */
  const changed = new Set()
  return { judge, close }

  /** `killer`: the test that found it the last time. */
  async function judge(fault, killer) {
    const startedAt = Date.now()
    const remove = await tree.plant(fault)
    changed.add(fault.file)
    const outcome = await findIn([...(killer ? [killer] : []), ...fault.tests.map((file) => ({ file }))]).finally(
      remove,
    )
    changed.add(fault.file)
    if (outcome.found && !(await isHealthy(outcome.found))) outcome.isUnproven = true
    return { fault, ...verdictOf(outcome), seconds: Math.round((Date.now() - startedAt) / 1000) }
  }

  async function findIn(runs) {
    for (const run of runs) {
      const outcome = await runTests(run)
      if (outcome.hung || outcome.died) await stop()
      if (outcome.failure || outcome.hung || outcome.died) return { ...outcome, found: testOf(outcome.failure, run) }
    }
    return {}
  }

  /** Whether the test passes without the fault: else it has proven nothing. */
  async function isHealthy({ file, test }) {
    const name = `${file} ${test}`
    if (healthy.has(name)) return true
    const { failure, hung, died, ran } = await runTests({ file, test })
    if (hung || died) await stop()
    const passes = !failure && !hung && !died && ran > 0
    if (passes) healthy.add(name)
    return passes
  }

  /** One file, or one test of it. */
  async function runTests({ file, test }) {
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
      running.send({ changed: [...changed], file, test })
      changed.clear()
    })
  }

  function start() {
    const args = ['--project', 'unit', '--project', 'integration']
    const options = { cwd: tree.directory, detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }
    const started = fork(script, args, options)
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

/** What has to pass without the fault: the test that failed, or all that was run where none of it can be blamed. */
function testOf(failure, run) {
  return failure?.file ? failure : run
}

function verdictOf({ failure, hung, died, found, isUnproven }) {
  if (isUnproven) return { verdict: 'unproven', by: found }
  if (hung) return { verdict: 'timed out' }
  if (died) return { verdict: 'killed', by: { test: '(its process died)' } }
  if (!failure) return { verdict: 'survived' }
  const { file, test } = failure
  return { verdict: failure.hung ? 'timed out' : 'killed', by: { file, test } }
}
