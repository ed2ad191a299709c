/** Counts of test runs, from vitest's JSON reports. */

export const NOTHING = Object.freeze({ passed: 0, failed: 0, skipped: 0 })

/**
 * Whatever went wrong counts: failed tests, files that did not even load, and a run that ended badly (`status`) without
 * a failed test to show for it, such as an unhandled rejection, a crash or a missing report.
 */
export function tallyOf(report, status) {
  const files = report?.testResults ?? []
  const tests = files.flatMap((file) => file.assertionResults)
  const count = (...statuses) => tests.filter((test) => statuses.includes(test.status)).length
  const failed = count('failed') + files.filter(failedOutsideItsTests).length
  return {
    passed: count('passed'),
    failed: failed === 0 && (status !== 0 || !report) ? 1 : failed,
    skipped: count('skipped', 'pending', 'todo', 'disabled'),
  }
}

function failedOutsideItsTests(file) {
  return file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed')
}

export function addTallies(left, right) {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
  }
}

/** The line that CI reads. */
export function closingLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`
}
