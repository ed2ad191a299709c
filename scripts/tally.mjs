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

/** One text for each failure that `tallyOf` counts: where it was, which test, and the beginning of what it said. */
export function failuresOf(report, status, suite) {
  const files = report?.testResults ?? []
  const told = files.flatMap((file) => [
    ...(failedOutsideItsTests(file) ? [`${suite}: ${file.name}, outside its tests${beginning(file.message)}`] : []),
    ...file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${suite}: ${file.name} > ${test.fullName}${beginning(test.failureMessages?.[0])}`),
  ])
  if (told.length > 0) return told
  if (!report) return [`${suite}: it left no report, and ended with ${status}`]
  return status === 0 ? [] : [`${suite}: every test passed, and yet the run ended with ${status}; see above`]
}

function beginning(message) {
  const lines = (message ?? '').split('\n').slice(0, 12)
  return lines.map((line) => `\n    ${line}`).join('')
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
