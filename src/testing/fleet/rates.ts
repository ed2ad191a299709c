/** Requests a second over the busiest `windowSeconds` of a series by second, between two of its seconds. */
export function busiestRate(
  series: readonly number[],
  { from, until, windowSeconds }: { from: number; until: number; windowSeconds: number },
): number {
  let sum = 0
  let most = 0
  for (let second = from; second < until; second++) {
    sum += series[second] ?? 0
    if (second - from >= windowSeconds) sum -= series[second - windowSeconds] ?? 0
    most = Math.max(most, sum)
  }
  return most / windowSeconds
}

/** Requests a second, on average. */
export function meanRate(series: readonly number[], { from, until }: { from: number; until: number }): number {
  return series.slice(from, until).reduce((sum, count) => sum + count, 0) / (until - from)
}
