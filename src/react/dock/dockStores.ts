import { concat, defer, map, type Observable } from 'rxjs'
import type { PluginDock } from '../../dock/types.js'
import type { DownloadProgress } from '../../domain/progress.js'
import { createLibraryStore, type Library } from './library.js'
import { createNetworkStores, type NetworkStores } from './networkStores.js'
import { NoticeBoard } from './noticeBoard.js'
import { keepSame, keepSameList } from './same.js'
import { createSnapshotStore, type SnapshotStore } from './snapshotStore.js'
import { createStorageStore, type StorageSpace } from './storageSpace.js'

type MaybeProgress = DownloadProgress | undefined

interface DockStores extends NetworkStores {
  readonly all: SnapshotStore<readonly DownloadProgress[]>
  readonly byTask: Map<string, SnapshotStore<MaybeProgress>>
  readonly library: SnapshotStore<Library | undefined>
  readonly storage: SnapshotStore<StorageSpace | undefined>
  readonly notices: NoticeBoard
}

const storesOfDocks = new WeakMap<PluginDock, DockStores>()

/** All downloads of a dock, one subscription however many read it. */
export function allDownloads(dock: PluginDock): SnapshotStore<readonly DownloadProgress[]> {
  return storesOf(dock).all
}

/** One download; `undefined` where there is none of that id. */
export function oneDownload(dock: PluginDock, taskId: string): SnapshotStore<MaybeProgress> {
  const { byTask } = storesOf(dock)
  const known = byTask.get(taskId)
  if (known) return known
  const store: SnapshotStore<MaybeProgress> = createSnapshotStore<MaybeProgress>({
    source: watchTask(dock, taskId),
    initial: undefined,
    keep: (last, next) => next && keepSame(last, next),
    tellsAtOnce: true,
    // who let go of it may take it up again: strict mode does
    onBusy: () => byTask.set(taskId, store),
    onIdle: () => byTask.get(taskId) === store && byTask.delete(taskId),
  })
  byTask.set(taskId, store)
  return store
}

/** What is installed; `undefined` until it is known. */
export function libraryOf(dock: PluginDock): SnapshotStore<Library | undefined> {
  return storesOf(dock).library
}

/** How much is stored; `undefined` until it is known. */
export function storageOf(dock: PluginDock): SnapshotStore<StorageSpace | undefined> {
  return storesOf(dock).storage
}

/** How much of the network downloads may have. */
export function policyOf(dock: PluginDock): NetworkStores['policy'] {
  return storesOf(dock).policy
}

/** What this device says of its network. */
export function conditionsOf(dock: PluginDock): NetworkStores['conditions'] {
  return storesOf(dock).conditions
}

/** What was notified since somebody listens. */
export function noticesOf(dock: PluginDock): NoticeBoard {
  return storesOf(dock).notices
}

function storesOf(dock: PluginDock): DockStores {
  const stores = storesOfDocks.get(dock) ?? createStores(dock)
  storesOfDocks.set(dock, stores)
  return stores
}

function createStores(dock: PluginDock): DockStores {
  return {
    all: createSnapshotStore({
      source: dock.downloads.watchAll(),
      initial: [],
      keep: (last, next) => keepSameList(last, next, ({ taskId }) => taskId),
      tellsAtOnce: true,
      byFrame: true,
    }),
    byTask: new Map(),
    ...createNetworkStores(dock),
    library: createLibraryStore(dock),
    storage: createStorageStore(dock),
    notices: new NoticeBoard(dock),
  }
}

/** While it runs, by its own progress; once that has completed, by the list, which knows if it is dismissed. */
function watchTask({ downloads }: PluginDock, taskId: string): Observable<MaybeProgress> {
  return concat(
    defer(() => downloads.watchProgress(taskId)),
    defer(() => downloads.watchAll()).pipe(map((all) => all.find((progress) => progress.taskId === taskId))),
  )
}
