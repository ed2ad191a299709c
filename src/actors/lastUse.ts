import { type DockState, type FollowerMessage, storesOf } from './dockState.js'
import { removeUnneeded } from './removal.js'

/** Last use is written at most this often. */
const TOUCH_MS = 60_000

/** A plugin that was just used is the last to be evicted. A page that follows has the leader write it. */
export async function noteUse(state: DockState, pluginId: string): Promise<void> {
  const { index, tellLeader } = storesOf(state)
  const record = index.get(pluginId)
  const now = state.host.clock.now()
  if (!record || Math.abs(now - record.lastUsedAt) < TOUCH_MS) return
  if (tellLeader) tellLeader({ type: 'plugdock.used', pluginId })
  else await index.update(pluginId, (current) => current && { ...current, lastUsedAt: now })
}

/** Somebody here uses a bundle no more: where it was deleted meanwhile its bytes go, and else it may be evicted. */
export async function noteReleased(state: DockState, address: string): Promise<void> {
  const tellLeader = state.opened?.tellLeader
  if (tellLeader) {
    // the lock is free only a little after it was let go of
    await state.host.leases.isShared(address).catch(() => {})
    return tellLeader({ type: 'plugdock.released', address })
  }
  if (!state.opened) return
  await removeUnneeded(state, address)
  state.space.looks.next()
}

/** What a page that follows has told. */
export async function hearFollower(state: DockState, message: FollowerMessage): Promise<void> {
  if (message.type === 'plugdock.used') await noteUse(state, message.pluginId)
  else await noteReleased(state, message.address)
}
