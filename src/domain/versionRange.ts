import { compareVersions, VERSION_PATTERN } from './version.js'

/** A range of versions as npm has them: alternatives, each of comparisons that must all hold. */
export type VersionRange = readonly (readonly Comparison[])[]

interface Comparison {
  readonly operator: '<' | '<=' | '>' | '>=' | '='
  readonly version: string
}

/** Numbers of a version that may be left out, from the left. */
interface Partial {
  readonly numbers: readonly number[]
  readonly preRelease: string
}

const MAX_LENGTH = 256
const PARTIAL =
  /^[v=\s]*(?:(\d{1,15}|[xX*])(?:\.(\d{1,15}|[xX*])(?:\.(\d{1,15}|[xX*])(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?)?)?)?$/
const SIMPLE = /^(\^|~>?|[<>]=?|=)?\s*(.*)$/
const LOWEST_PRE_RELEASE = '-0'

/** `undefined` for what is no range. */
export function parseRange(text: string): VersionRange | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const sets = text.split('||').map((part) => parseSet(part.trim()))
  const known = sets.filter((set) => set !== undefined)
  return known.length === sets.length ? known : undefined
}

/** A pre-release fits only where the range names one of the same three numbers. */
export function fitsRange(version: string, range: VersionRange): boolean {
  return range.some((set) => set.every((comparison) => holds(version, comparison)) && mayBePreRelease(version, set))
}

/** The lowest version that fits; `undefined` where none does. */
export function lowestFitting(range: VersionRange): string | undefined {
  const candidates = range.flat().map(lowestFor)
  return ['0.0.0', ...candidates].filter((version) => fitsRange(version, range)).sort(compareVersions)[0]
}

function parseSet(text: string): readonly Comparison[] | undefined {
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(text)
  if (hyphen) return parseHyphen(hyphen[1] ?? '', hyphen[2] ?? '')
  const parts = text.replaceAll(/(\^|~>?|[<>]=?|=)\s+/g, '$1').split(/\s+/)
  const comparisons = parts.map(parseSimple)
  const known = comparisons.filter((found) => found !== undefined)
  return known.length === comparisons.length ? known.flat() : undefined
}

function parseHyphen(low: string, high: string): readonly Comparison[] | undefined {
  const [from, to] = [parsePartial(low), parsePartial(high)]
  if (!from || !to) return undefined
  return [...atLeast(from), ...(isFull(to) ? [{ operator: '<=', version: full(to) } as const] : below(to))]
}

function parseSimple(text: string): readonly Comparison[] | undefined {
  const [, operator = '', rest = ''] = SIMPLE.exec(text) ?? []
  const partial = parsePartial(rest)
  if (!partial || (rest === '' && operator !== '')) return undefined
  switch (operator) {
    case '^':
      return [...atLeast(partial), ...below(partial, caretIndex(partial))]
    case '~':
    case '~>':
      return [...atLeast(partial), ...below(partial, Math.min(1, partial.numbers.length - 1))]
    case '>=':
      return atLeast(partial)
    case '<':
      return partial.numbers.length === 0 ? NOTHING : [{ operator: '<', version: floorOf(partial) }]
    case '>':
      return above(partial)
    case '<=':
      return isFull(partial) ? [{ operator: '<=', version: full(partial) }] : below(partial)
    default:
      return isFull(partial) ? [{ operator: '=', version: full(partial) }] : [...atLeast(partial), ...below(partial)]
  }
}

const NOTHING: readonly Comparison[] = [{ operator: '<', version: '0.0.0-0' }]

function parsePartial(text: string): Partial | undefined {
  const match = PARTIAL.exec(text)
  if (!match) return undefined
  const numbers = match.slice(1, 4)
  const given = numbers.findIndex((part) => part === undefined || /^[xX*]$/.test(part))
  const known = (given === -1 ? numbers : numbers.slice(0, given)).map(Number)
  if (known.some((number) => !Number.isSafeInteger(number))) return undefined
  const preRelease = given === -1 && match[4] !== undefined ? `-${match[4]}` : ''
  return VERSION_PATTERN.test(`0.0.0${preRelease}`) ? { numbers: known, preRelease } : undefined
}

function isFull({ numbers }: Partial): boolean {
  return numbers.length === 3
}

function full({ numbers: [major = 0, minor = 0, patch = 0], preRelease }: Partial): string {
  return `${major}.${minor}.${patch}${preRelease}`
}

/** What a version below it is below of: one with fewer numbers excludes its pre-releases too. */
function floorOf(partial: Partial): string {
  return isFull(partial) ? full(partial) : `${full(partial)}${LOWEST_PRE_RELEASE}`
}

function atLeast(partial: Partial): readonly Comparison[] {
  return partial.numbers.length === 0 ? [] : [{ operator: '>=', version: full(partial) }]
}

function above(partial: Partial): readonly Comparison[] {
  if (partial.numbers.length === 0) return NOTHING
  if (isFull(partial)) return [{ operator: '>', version: full(partial) }]
  return [{ operator: '>=', version: full(raised(partial, partial.numbers.length - 1)) }]
}

/** Below the version whose number at `index`, by default the last one given, is one higher. */
function below(partial: Partial, index = partial.numbers.length - 1): readonly Comparison[] {
  if (index < 0) return []
  return [{ operator: '<', version: `${full(raised(partial, index))}${LOWEST_PRE_RELEASE}` }]
}

function raised({ numbers }: Partial, index: number): Partial {
  return {
    numbers: numbers.slice(0, index + 1).map((number, at) => (at === index ? number + 1 : number)),
    preRelease: '',
  }
}

/** The first number that is not zero may not change. */
function caretIndex({ numbers }: Partial): number {
  const index = numbers.findIndex((number) => number !== 0)
  return index === -1 ? numbers.length - 1 : index
}

function holds(version: string, comparison: Comparison): boolean {
  const order = compareVersions(version, comparison.version)
  switch (comparison.operator) {
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    case '=':
      return order === 0
  }
}

function mayBePreRelease(version: string, set: readonly Comparison[]): boolean {
  const numbers = preReleaseOf(version)
  return numbers === undefined || set.some((comparison) => preReleaseOf(comparison.version) === numbers)
}

/** The numbers of a pre-release; `undefined` for what is none. */
function preReleaseOf(version: string): string | undefined {
  const [numbers, preRelease] = version.replace(/\+.*/, '').split(/-(.*)/s)
  return preRelease === undefined ? undefined : numbers
}

function lowestFor({ operator, version }: Comparison): string {
  if (operator === '>') return preReleaseOf(version) === undefined ? nextPatch(version) : `${version}.0`
  return operator === '<' || operator === '<=' ? '0.0.0' : version
}

function nextPatch(version: string): string {
  const [major, minor, patch = '0'] = version.replace(/\+.*/, '').split('.')
  return `${major}.${minor}.${Number(patch) + 1}`
}
