/**
 * Vitest, kept warm in a process of its own: what it has once transformed is not transformed again for the next fault.
 * Runs in the planted tree (`cwd`) and is told by its parent which test files to run; it stops at the first that fails.
 *
 *   receives { changed, tests }: files that were changed since, and test files to be run;
 *   answers { type: 'progress' } for every test, then { type: 'ended', failure, ran }
 */
import { resolve } from 'node:path'
import { createVitest } from 'vitest/node'

const PROJECTS = ['unit', 'integration']
const run = { failure: undefined, ran: 0 }

const vitest = await createVitest('test', {
  watch: false,
  maxWorkers: 1,
  project: PROJECTS,
  reporters: [
    {
      onTestCaseResult(test) {
        run.ran++
        process.send({ type: 'progress' })
        if (test.result().state === 'failed') fail(test.fullName, test.module.relativeModuleId)
      },
      onTestModuleEnd(module) {
        const failed = [...module.children.allSuites()].some((suite) => suite.errors().length > 0)
        if (failed || module.errors().length > 0) fail('(the file itself)', module.relativeModuleId)
      },
      onTestRunEnd(_, errors) {
        if (errors.length > 0) fail(`(nobody caught) ${errors[0].message}`, undefined)
      },
    },
  ],
})
await vitest.standalone()

process.on('message', async ({ changed, tests }) => {
  Object.assign(run, { failure: undefined, ran: 0 })
  for (const file of changed) vitest.invalidateFile(resolve(file))
  vitest.state.idMap.clear()
  const specifications = tests.map((test) => projectOf(test).createSpecification(resolve(test)))
  try {
    await vitest.runTestSpecifications(specifications)
  } catch (error) {
    fail(`(vitest) ${error instanceof Error ? error.message : error}`, undefined)
  }
  process.send({ type: 'ended', ...run })
})
process.on('disconnect', () => process.exit())
process.send({ type: 'ready' })

function projectOf(test) {
  const name = PROJECTS.find((project) => test.startsWith(`test/${project}/`))
  return vitest.getProjectByName(name)
}

function fail(test, file) {
  if (run.failure) return
  run.failure = { test, file }
  void vitest.cancelCurrentRun('test-failure')
}
