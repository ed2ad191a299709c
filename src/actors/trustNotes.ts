import { withMinimum } from '../domain/versions.js'
import { type DockState, storesOf } from './dockState.js'
import type { OpenedManifest } from './openManifest.js'
import { historyChange } from './versionHistory.js'

/**
 * Keeps what a manifest that was accepted teaches: that it is at least so late, and, where it is trusted, below which
 * version its publisher stands by none.
 */
export async function noteTrusted(
  state: DockState,
  { manifest, signedBy }: OpenedManifest,
  now: number,
): Promise<void> {
  const { trust } = state
  const { history, records, epoch } = storesOf(state)
  const { id, minimumVersion, expires } = manifest
  const announced = signedBy.length > 0 ? minimumVersion : undefined
  const canExpire = expires !== undefined || trust.keys?.expires !== undefined
  if (announced === undefined && !canExpire) return
  await history.inTurn(async () => {
    const known = history.of(id)
    const next = announced === undefined ? known : withMinimum(known, announced, trust.epoch)
    const learned = next && next !== known ? [historyChange(id, next)] : []
    const changes = [...learned, ...(canExpire ? trust.timeChanges(now) : [])]
    if (changes.length === 0) return
    await records.commit(changes, { epoch })
    history.learn(learned)
    if (canExpire) trust.sawTime(now)
  })
}
