import { expect, test } from 'vitest'
import { addTallies, closingLine, NOTHING, type Report, tallyOf } from '../../../scripts/tally.mjs'

function reportOf(...files: { status: string; tests: string[] }[]): Report {
  return {
    testResults: files.map(({ status, tests }) => ({ status, assertionResults: tests.map((it) => ({ status: it })) })),
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
