/**
 * Vitest, kept warm in a process of its own: what it has once transformed is not transformed again for the next fault.
 * Runs in the planted tree (`cwd`) and is told by its parent what to run; it stops at the first test that fails.
 *
 *   receives { changed, file, test }: files that were changed since, a test file, and perhaps one test of it;
 *   answers { type: 'progress' } for every test, then { type: 'ended', failure, ran }
 */
import { resolve } from 'node:path'
import { createVitest } from 'vitest/node'

const PROJECTS = ['unit', 'integration']
const run = { failure: undefined, ran: 0, isOfOneTest: false }

const vitest = await createVitest('test', {
  watch: false,
  maxWorkers: 1,
  project: PROJECTS,
  reporters: [
    {
      onTestCaseResult(test) {
        const { state, errors } = test.result()
        if (state !== 'skipped') run.ran++
        process.send({ type: 'progress' })
        if (state === 'failed') fail(test.fullName, test.module.relativeModuleId, errors?.[0]?.message)
      },
      onTestModuleEnd(module) {
        // a file may want all its tests to have run
        if (run.isOfOneTest) return
        const failed = [...module.children.allSuites()].some((suite) => suite.errors().length > 0)
        if (failed || module.errors().length > 0) fail(undefined, module.relativeModuleId)
      },
      onTestRunEnd(_, errors) {
        if (errors.length > 0) fail(`(nobody caught) ${errors[0].message}`, undefined)
      },
    },
  ],
})
await vitest.standalone()

process.on('message', async ({ changed, file, test }) => {
  Object.assign(run, { failure: undefined, ran: 0, isOfOneTest: test !== undefined })
  for (const path of changed) vitest.invalidateFile(resolve(path))
  if (test) vitest.setGlobalTestNamePattern(patternOf(test))
  else vitest.resetGlobalTestNamePattern()
  try {
    await vitest.runTestSpecifications([projectOf(file).createSpecification(resolve(file))])
  } catch (error) {
    fail(`(vitest) ${error instanceof Error ? error.message : error}`, undefined)
  }
  process.send({ type: 'ended', ...run })
})
process.on('disconnect', () => process.exit())
process.send({ type: 'ready' })

function projectOf(file) {
  return vitest.getProjectByName(PROJECTS.find((project) => file.startsWith(`test/${project}/`)))
}

/** Of a test's full name, which vitest writes with arrows and matches with blanks. */
function patternOf(test) {
  return new RegExp(`^${test.replaceAll(' > ', ' ').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)
}

function fail(test, file, message = '') {
  if (run.failure) return
  run.failure = { test, file, hung: /timed out in \d+ms/.test(message) }
  void vitest.cancelCurrentRun('test-failure')
}
