import { concat, defer, map, type Observable } from 'rxjs'
import type { PluginDock } from '../../dock/types.js'
import type { DownloadProgress } from '../../domain/progress.js'
import { keepSame, keepSameList } from './sameProgress.js'
import { createSnapshotStore, type SnapshotStore } from './snapshotStore.js'

type MaybeProgress = DownloadProgress | undefined

interface DockStores {
  readonly all: SnapshotStore<readonly DownloadProgress[]>
  readonly byTask: Map<string, SnapshotStore<MaybeProgress>>
}

const storesOfDocks = new WeakMap<PluginDock, DockStores>()

/** All downloads of a dock, one subscription however many read it. */
export function allDownloads(dock: PluginDock): SnapshotStore<readonly DownloadProgress[]> {
  return storesOf(dock).all
}

/** One download; `undefined` where there is none of that id. */
export function oneDownload(dock: PluginDock, taskId: string): SnapshotStore<MaybeProgress> {
  const { byTask } = storesOf(dock)
  const forget = () => byTask.delete(taskId)
  const store = byTask.get(taskId) ?? createSnapshotStore(watchTask(dock, taskId), undefined, keepSameMaybe, forget)
  byTask.set(taskId, store)
  return store
}

function storesOf(dock: PluginDock): DockStores {
  const stores = storesOfDocks.get(dock) ?? {
    all: createSnapshotStore(dock.downloads.watchAll(), [], keepSameList),
    byTask: new Map(),
  }
  storesOfDocks.set(dock, stores)
  return stores
}

/** While it runs, by its own progress; once that has completed, by the list, which knows if it is dismissed. */
function watchTask({ downloads }: PluginDock, taskId: string): Observable<MaybeProgress> {
  return concat(
    defer(() => downloads.watchProgress(taskId)),
    defer(() => downloads.watchAll()).pipe(map((all) => all.find((progress) => progress.taskId === taskId))),
  )
}

function keepSameMaybe(last: MaybeProgress, next: MaybeProgress): MaybeProgress {
  return next && keepSame(last, next)
}
