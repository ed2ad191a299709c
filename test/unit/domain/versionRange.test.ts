import fc from 'fast-check'
import semver from 'semver'
import { describe, expect, it } from 'vitest'
import { fitsRange, lowestFitting, parseRange } from '../../../src/domain/versionRange.js'

const number = fc.constantFrom('0', '1', '2', '3', '10')
const preRelease = fc.constantFrom('', '', '', '-0', '-beta', '-beta.1', '-beta.2', '-rc.1')
// nothing comes before 0.0.0, and npm's library takes its pre-releases for more than that
const version = fc
  .tuple(number, number, number, preRelease)
  .map(([a, b, c, pre]) => `${a}.${b}.${c}${a === '0' ? '' : pre}`)
// npm's library drops the other alternatives beside one that takes anything: those are tested by themselves
const partial = fc.oneof(
  version,
  fc
    .tuple(fc.array(number, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '.x', '.*'))
    .map(([parts, tail]) => (parts.length < 3 ? parts.join('.') + tail : parts.join('.'))),
)
const simple = fc
  .tuple(fc.constantFrom('', '', '^', '~', '~>', '>', '>=', '<', '<=', '='), fc.constantFrom('', '', ' '), partial)
  .map(([operator, blank, rest]) => (operator === '' ? rest : operator + blank + rest))
const set = fc.oneof(
  { arbitrary: fc.array(simple, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' ')), weight: 4 },
  { arbitrary: fc.tuple(partial, partial).map(([low, high]) => `${low} - ${high}`), weight: 1 },
)
const range = fc.array(set, { minLength: 1, maxLength: 3 }).map((sets) => sets.join(' || '))

describe('ranges of versions', () => {
  it("any range and version -> what npm's own library says", () => {
    fc.assert(
      fc.property(range, version, (text, candidate) => {
        const parsed = parseRange(text)
        expect(parsed !== undefined).toBe(semver.validRange(text) !== null)
        if (parsed)
          expect(`${text}: ${fitsRange(candidate, parsed)}`).toBe(`${text}: ${semver.satisfies(candidate, text)}`)
      }),
      { numRuns: 5000 },
    )
  })

  it("any range -> the lowest version that fits fits, and is no higher than npm's own library says", () => {
    fc.assert(
      fc.property(range, (text) => {
        const parsed = parseRange(text)
        // npm's gives up where the lowest bound of several alternatives does not fit itself
        const expected = semver.validRange(text) === null ? null : semver.minVersion(text)
        const lowest = parsed && lowestFitting(parsed)
        if (expected === null) return
        expect(`${text}: ${lowest}, ${lowest && semver.satisfies(lowest, text)}`).toBe(`${text}: ${lowest}, true`)
        expect(semver.compare(lowest ?? '', expected)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 5000 },
    )
  })

  it.each(['*', '', 'x', 'X.*', '>=0', '^x', '<*', '>*'])('"%s" -> as npm has it', (text) => {
    const range = parseRange(text) ?? []
    for (const candidate of ['0.0.0', '1.2.3', '10.0.0', '1.0.0-beta'])
      expect(fitsRange(candidate, range)).toBe(semver.satisfies(candidate, text))
  })

  it.each(['latest', '1.2.3.4', '>> 1', '1 -', `1.${'9'.repeat(300)}`, '^01.2.3x'])('%s -> no range', (text) => {
    expect(parseRange(text)).toBeUndefined()
  })

  it('any text at all -> a range or none, at once', () => {
    fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => void parseRange(text)))
  })
})
