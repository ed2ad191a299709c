import type { OpenDownload } from '../domain/handOver.js'
import { openBundlesIn } from '../domain/openBundles.js'
import { RECORD_KINDS } from '../domain/records.js'
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
  background.offer(() => openDownloads(state))
}

/** A limit of the user's would not be kept by anybody. */
function openDownloads({ running, journal, policy }: DockState): readonly OpenDownload[] {
  if (policy.current.limitBytesPerSecond !== undefined) return []
  return running.list().flatMap(({ taskId, map, missing, url }) => {
    const record = journal.views.get(taskId)?.record
    if (!record || record.limitBytesPerSecond !== undefined) return []
    const { priority, seq, plan } = record
    return [{ title: plan?.name ?? plan?.pluginId ?? '', priority, seq, url, map, missing }]
  })
}
