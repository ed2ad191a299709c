import type { OpenDownload } from '../domain/handOver.js'
import { circumstancesOf, holdOf } from '../domain/network.js'
import { openBundlesIn } from '../domain/openBundles.js'
import { type DownloadRecord, RECORD_KINDS } from '../domain/records.js'
import type { HostStores } from '../ports/host.js'
import type { DockState } from './dockState.js'

/**
 * Takes back what went on while no page was there; from then on what moves here is offered, should the page go away.
 * Settles when transfers may begin: bytes that have come already need not be asked for.
 */
export async function resumeFromBackground(state: DockState, { background, records }: HostStores): Promise<void> {
  if (!background) return
  await background.takeBack(async () => {
    const kinds = [RECORD_KINDS.download, RECORD_KINDS.manifest]
    return openBundlesIn((await Promise.all(kinds.map((kind) => records.list(kind)))).flat())
  })
  // closed meanwhile, or taken away: then there is nothing to go on with
  if (state.opened?.records === records) background.offer(() => openDownloads(state))
}

/** Those of which nothing would go against what the user wants: a limit of speed, for one, would be kept by nobody. */
function openDownloads(state: DockState): readonly OpenDownload[] {
  const { running, journal, policy } = state
  if (policy.current.limitBytesPerSecond !== undefined) return []
  return running.list().flatMap((transfer) => {
    const { taskId, map, missing, url } = transfer
    const record = journal.views.get(taskId)?.record
    if (!record || record.limitBytesPerSecond !== undefined || mayCostTooMuch(state, record, transfer)) return []
    const { priority, seq, plan } = record
    return [{ title: plan?.name ?? plan?.pluginId ?? '', priority, seq, url, map, missing }]
  })
}

/** A device that has networks which cost may be taken to one, and nobody looks any more: so it must be fit for those too. */
function mayCostTooMuch(
  { policy, host }: DockState,
  { initiator, allowMetered }: DownloadRecord,
  { url, missing }: Pick<OpenDownload, 'url' | 'missing'>,
): boolean {
  const { metered, saveData } = host.conditions.current
  const worst = { online: true, metered: metered === undefined ? undefined : true, saveData }
  const need = {
    lane: 'transfer',
    stance: 'runs',
    initiator,
    allowMetered,
    origin: new URL(url).origin,
    bytesToTransfer: missing.reduce((sum, { length }) => sum + length, 0),
  } as const
  return holdOf(need, circumstancesOf(policy.current, worst), new Set()) !== undefined
}
