/** Median with least and most: what a handful of samples on a busy machine can say. */
export function spread(samples) {
  const sorted = samples.toSorted((left, right) => left - right)
  const middle = (sorted.length - 1) / 2
  return { median: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2, min: sorted[0], max: sorted.at(-1) }
}

/** `1.27 (1.15-1.35)`; one number where all samples are the same. `moreDigits`: than the largest is worth. */
export function inWords({ median, min, max }, moreDigits = 0) {
  const [middle, low, high] = [median, min, max].map((value) => short(value, max, moreDigits))
  return low === high ? middle : `${middle} (${low}-${high})`
}

function short(value, largest, moreDigits) {
  if (Number.isInteger(value)) return String(value)
  const size = Math.abs(largest)
  if (size >= 100) return value.toFixed(moreDigits)
  return value.toFixed((size >= 10 ? 1 : 2) + moreDigits)
}
