import type { BundleStore, StoreEntry } from '../ports/bundleStore.js'

/** Somebody may be at it: a backup, a person, another release. */
const GRACE_MS = 60 * 60 * 1000

/** What engines of browsers leave where they died while they wrote: never of use to anybody. */
const DEBRIS = /\.crswap$/

/**
 * Deletes files in our folders that are neither a bundle nor a partial, an hour after they were written; gives back
 * those that are gone. Never fails: what cannot be deleted now is there at the next start.
 */
export async function sweepUnknown(
  bundles: BundleStore,
  entries: readonly StoreEntry[],
  now: number,
): Promise<readonly StoreEntry[]> {
  const gone: StoreEntry[] = []
  for (const entry of entries) {
    if (!isSweepable(entry, now)) continue
    const isDeleted = await bundles.deleteUnknown(entry.name).then(
      () => true,
      () => false,
    )
    if (isDeleted) gone.push(entry)
  }
  return gone
}

/** A time in the future is one of a clock that was wrong: it keeps nothing for ever. */
export function isSweepable({ kind, name, modifiedAt }: StoreEntry, now: number): boolean {
  if (kind !== 'unknown' || modifiedAt === undefined) return false
  return DEBRIS.test(name) || Math.abs(now - modifiedAt) >= GRACE_MS
}
