/** What decides how much room there is. Sizes in bytes. */
export interface SpaceFacts {
  /** What the disk, or the quota, has left; `undefined` where nobody knows. */
  readonly diskBytes: number | undefined
  /** To be kept free on the disk. */
  readonly reserveBytes: number
  /** For bundles and partials of all versions; `undefined`: no limit. */
  readonly budgetBytes: number | undefined
  /** Bundles and partials. */
  readonly usedBytes: number
  /** What downloads that run have still to store. */
  readonly promisedBytes: number
}

/** The least of disk, quota and budget, less what is promised. Negative where more is promised, or used, than there is. */
export function freeBytes({ diskBytes, reserveBytes, budgetBytes, usedBytes, promisedBytes }: SpaceFacts): number {
  const disk = diskBytes === undefined ? Number.MAX_SAFE_INTEGER : diskBytes - reserveBytes
  const budget = budgetBytes === undefined ? Number.MAX_SAFE_INTEGER : budgetBytes - usedBytes
  return Math.min(disk, budget) - promisedBytes
}
