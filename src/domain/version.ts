/** SemVer 2.0.0, clause 2 to 11; the grammar is the one semver.org publishes. */
export const VERSION_PATTERN =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/

/** SemVer precedence: below zero where `left` comes first, zero where build metadata alone differ. Both must match {@link VERSION_PATTERN}. */
export function compareVersions(left: string, right: string): number {
  const [leftCore, leftPre] = split(left)
  const [rightCore, rightPre] = split(right)
  return compareLists(leftCore, rightCore) || comparePreReleases(leftPre, rightPre)
}

function split(version: string): [core: string[], preRelease: string[]] {
  const match = VERSION_PATTERN.exec(version)
  if (!match) throw new TypeError(`Not a SemVer version: ${version}`)
  return [match.slice(1, 4).map(String), match[4]?.split('.') ?? []]
}

/** A version without pre-release identifiers comes after all that have some (clause 11.3). */
function comparePreReleases(left: readonly string[], right: readonly string[]): number {
  if (left.length === 0 || right.length === 0) return Math.sign(right.length - left.length)
  return compareLists(left, right)
}

function compareLists(left: readonly string[], right: readonly string[]): number {
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const order = compareIdentifiers(left[at] ?? '', right[at] ?? '')
    if (order !== 0) return order
  }
  return Math.sign(left.length - right.length)
}

/** Numbers compare as numbers, of any length, and come before words (clause 11.4). */
function compareIdentifiers(left: string, right: string): number {
  const leftIsNumber = /^\d+$/.test(left)
  const rightIsNumber = /^\d+$/.test(right)
  if (leftIsNumber && rightIsNumber) return Math.sign(left.length - right.length) || compareText(left, right)
  if (leftIsNumber !== rightIsNumber) return leftIsNumber ? -1 : 1
  return compareText(left, right)
}

function compareText(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
