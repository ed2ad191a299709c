/** Plain data, compared to its depth. */
export function isSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true
  if (!isRecord(left) || !isRecord(right)) return false
  const names = Object.keys(left)
  if (names.length !== Object.keys(right).length) return false
  for (const name of names) if (!isSame(left[name], right[name])) return false
  return true
}

/** The older of two that say the same, so that whoever reads it is not drawn again. */
export function keepSame<T>(last: T | undefined, next: T): T {
  return last !== undefined && isSame(last, next) ? last : next
}

/** The older list where all is the same, and the older entry in a newer list. */
export function keepSameList<T>(last: readonly T[], next: readonly T[], keyOf: (entry: T) => string): readonly T[] {
  const known = new Map(last.map((entry) => [keyOf(entry), entry]))
  const kept = next.map((entry) => keepSame(known.get(keyOf(entry)), entry))
  const isAllSame = kept.length === last.length && kept.every((entry, index) => entry === last[index])
  return isAllSame ? last : kept
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
