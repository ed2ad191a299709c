import { distinctUntilChanged, map, merge, type Observable } from 'rxjs'
import type { PluginDock } from '../../dock/types.js'
import type { DownloadProgress } from '../../domain/progress.js'
import { answersOf } from './answers.js'
import { keepSame } from './same.js'
import { createSnapshotStore, type SnapshotStore } from './snapshotStore.js'

/** How much is stored. Sizes in bytes. */
export interface StorageSpace {
  readonly usedBytes: number
  /** What can still be written, and is promised to no download. */
  readonly availableBytes: number
  /** What is set aside for plugins; `undefined` where that is whatever the device has. */
  readonly budgetBytes: number | undefined
  /** Whether the platform keeps it when the device runs short; `undefined` where nobody knows. */
  readonly isPersistent: boolean | undefined
}

/** So much more on the disk is worth asking for again. */
const STEP_BYTES = 1_000_000

export function createStorageStore(dock: PluginDock): SnapshotStore<StorageSpace | undefined> {
  const { storage, downloads } = dock
  return createSnapshotStore<StorageSpace | undefined>({
    source: answersOf(merge(storage.changes, bytesMoved(downloads.watchAll())), async () => {
      const [usedBytes, availableBytes] = await Promise.all([storage.getUsedSpace(), storage.getAvailableSpace()])
      const { budgetBytes } = storage
      return { usedBytes, availableBytes, budgetBytes, isPersistent: dock.capabilities.persistent }
    }),
    initial: undefined,
    keep: (last, next) => next && keepSame(last, next),
  })
}

/** A look costs a listing of the store: not at every byte. */
function bytesMoved(all: Observable<readonly DownloadProgress[]>): Observable<string> {
  return all.pipe(map(levelOf), distinctUntilChanged())
}

function levelOf(all: readonly DownloadProgress[]): string {
  const bytes = all.reduce((sum, { bytesDownloaded }) => sum + bytesDownloaded, 0)
  return [Math.floor(bytes / STEP_BYTES), ...all.map(({ state }) => state)].join(' ')
}
