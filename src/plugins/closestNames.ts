const FEWEST_SHOWN = 3

/** Those of `names` that a person who wrote `wanted` may have meant, best first; at most three. */
export function closestNames(wanted: string, names: readonly string[]): string[] {
  const limit = Math.max(2, Math.floor(wanted.length / 3))
  return names
    .map((name) => ({ name, distance: distanceBetween(wanted, name, limit) }))
    .filter(({ distance }) => distance <= limit)
    .sort((left, right) => left.distance - right.distance)
    .slice(0, FEWEST_SHOWN)
    .map(({ name }) => name)
}

/** The same file name in another folder, or another case, counts as near. */
function distanceBetween(wanted: string, name: string, limit: number): number {
  if (baseName(wanted).toLowerCase() === baseName(name).toLowerCase()) return 1
  if (Math.abs(wanted.length - name.length) > limit) return Number.POSITIVE_INFINITY
  return editDistance(wanted, name)
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Levenshtein's, with one row kept. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at)
  for (let at = 0; at < left.length; at++) {
    const next = [at + 1]
    for (let to = 0; to < right.length; to++) {
      const replaced = (row[to] ?? 0) + (left[at] === right[to] ? 0 : 1)
      next.push(Math.min(replaced, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1))
    }
    row = next
  }
  return row[right.length] ?? 0
}
