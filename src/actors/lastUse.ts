import type { InstalledRecord } from '../domain/records.js'
import { type DockState, storesOf } from './dockState.js'
import { removeUnneeded } from './removal.js'

/** Last use is written at most this often; the first at once, as what was never used says so. */
const TOUCH_MS = 60_000

/** A plugin that was just used is the last to be evicted. Who follows does not wait for that to be written. */
export async function noteUse(state: DockState, pluginId: string): Promise<void> {
  const { index, role } = storesOf(state)
  const record = index.get(pluginId)
  // who leads tells the other pages, also where there is nothing to write
  if (!record || (role === 'leader' && !isOld(state, record))) return
  const noted = state.calls.make('plugins.used', pluginId).catch(() => {})
  if (role === 'leader') await noted
}

/** Where this page leads. */
export async function writeUse(state: DockState, pluginId: string): Promise<void> {
  const now = state.host.clock.now()
  await storesOf(state).index.update(pluginId, (current) =>
    current && isOld(state, current) ? { ...current, lastUsedAt: now } : current,
  )
}

function isOld({ host }: DockState, { lastUsedAt, active }: InstalledRecord): boolean {
  return lastUsedAt <= active.installedAt || Math.abs(host.clock.now() - lastUsedAt) >= TOUCH_MS
}

/** Somebody here uses a bundle no more: where it was deleted meanwhile its bytes go, and else it may be evicted. */
export async function noteReleased(state: DockState, address: string): Promise<void> {
  if (!state.opened) return
  const isFollower = state.opened.role === 'follower'
  // the lock is free only a little after it was let go of
  if (isFollower) await state.host.leases.isShared(address).catch(() => {})
  const noted = state.calls.make('plugins.released', address).catch(() => {})
  if (!isFollower) await noted
}

/** Where this page leads. */
export async function collectReleased(state: DockState, address: string): Promise<void> {
  await removeUnneeded(state, address)
  state.space.looks.next()
}
