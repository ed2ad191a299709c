import { expect, test } from 'vitest'
import { addTallies, closingLine, failuresOf, NOTHING, type Report, tallyOf } from '../../../scripts/tally.mjs'

function reportOf(...files: { status: string; tests: string[] }[]): Report {
  return {
    testResults: files.map(({ status, tests }) => ({
      status,
      name: 'some.test.ts',
      message: status === 'failed' ? 'it broke' : '',
      assertionResults: tests.map((it, at) => ({
        status: it,
        fullName: `test ${at}`,
        failureMessages: it === 'failed' ? ['Error: one\nat a line'] : [],
      })),
    })),
  }
}

test('passed, failed and skipped tests -> counted as such', () => {
  const report = reportOf({ status: 'failed', tests: ['passed', 'failed', 'skipped', 'todo', 'pending'] })
  expect(tallyOf(report, 1)).toEqual({ passed: 1, failed: 1, skipped: 3 })
})

test('a file that does not load -> one failure', () => {
  expect(tallyOf(reportOf({ status: 'failed', tests: [] }), 1)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test('a hook that throws around passed tests -> one failure', () => {
  expect(tallyOf(reportOf({ status: 'failed', tests: ['passed'] }), 1)).toEqual({ passed: 1, failed: 1, skipped: 0 })
})

test('all tests pass but the run does not, as after an unhandled rejection -> one failure', () => {
  const report = reportOf({ status: 'passed', tests: ['passed', 'passed'] })
  expect(tallyOf(report, 1)).toEqual({ passed: 2, failed: 1, skipped: 0 })
  expect(tallyOf(report, null)).toEqual({ passed: 2, failed: 1, skipped: 0 })
})

test('no report -> one failure, whatever the status', () => {
  expect(tallyOf(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test('several suites -> one line of their sum', () => {
  const sum = [reportOf({ status: 'passed', tests: ['passed'] }), reportOf({ status: 'passed', tests: ['passed'] })]
    .map((report) => tallyOf(report, 0))
    .reduce(addTallies, NOTHING)
  expect(closingLine(sum)).toBe('2 passed, 0 failed')
})

test('what failed -> told by suite, file and test, with what it said', () => {
  const report = reportOf({ status: 'failed', tests: ['passed', 'failed'] }, { status: 'failed', tests: ['passed'] })
  expect(failuresOf(report, 1, 'a suite')).toEqual([
    'a suite: some.test.ts > test 1\n    Error: one\n    at a line',
    'a suite: some.test.ts, outside its tests\n    it broke',
  ])
})

test('nothing failed -> nothing told; a run that ended badly, or left no report -> told as such', () => {
  const report = reportOf({ status: 'passed', tests: ['passed'] })
  expect(failuresOf(report, 0, 'a suite')).toEqual([])
  expect(failuresOf(report, 1, 'a suite')).toHaveLength(1)
  expect(failuresOf(undefined, null, 'a suite')).toHaveLength(1)
})
