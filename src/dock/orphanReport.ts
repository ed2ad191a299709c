import { type DockState, storesOf } from '../actors/dockState.js'
import { findOrphans, removeOrphans } from '../actors/orphans.js'
import { isSweepable, sweepUnknown } from '../actors/sweep.js'
import { sumOfSizes } from '../domain/eviction.js'
import type { OrphanReport } from '../domain/plugin.js'

/** Removes bytes that no record names; with `dryRun` only tells of them. */
export async function collectOrphans(state: DockState, { dryRun }: { dryRun: boolean }): Promise<OrphanReport> {
  const { bundles, isUnderstood } = storesOf(state)
  const { leases, clock } = state.host
  const entries = await bundles.list()
  const orphans = await findOrphans(state, entries, await leases.shared())
  const now = clock.now()
  const unknown = isUnderstood ? entries.filter((entry) => isSweepable(entry, now)) : []
  const gone = dryRun
    ? [...orphans, ...unknown]
    : [...(await removeOrphans(state, orphans)), ...(await sweepUnknown(bundles, unknown, now))]
  const items = gone.map(({ name, sizeBytes }) => ({ name, sizeBytes }))
  return { items, bytesFreed: sumOfSizes(items), dryRun }
}
