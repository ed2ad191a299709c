/** Runs `work` for every number below `count`, at most `limit` at a time. Rejects with the first failure. */
export async function inParallel(count: number, limit: number, work: (at: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: Math.min(limit, count) }, lane))
}
