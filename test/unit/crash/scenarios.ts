import type { PluginDock } from '../../../src/dock/types.js'
import { always, stall } from '../../../src/testing/index.js'
import { BUNDLE_BYTES, type CrashStage, type Release, type Releases } from './crashStage.js'

/** An operation on plugins, from a state that is the same each time. */
export interface Scenario {
  readonly title: string
  /** What was before, on stores that work. */
  readonly prepare: (stage: CrashStage, on: Releases) => Promise<void>
  /** May be asked again after whatever went wrong: then it comes to its end. */
  readonly act: (stage: CrashStage, dock: PluginDock, on: Releases) => Promise<void>
  /** What may be active at any instant; `none`: not installed. */
  readonly active: readonly (keyof Releases | 'none')[]
  /** What is active in the end. @default the last of `active` */
  readonly ends?: readonly (keyof Releases | 'none')[]
  /** Whether stored bytes are wrong before it begins. */
  readonly isDamaged?: boolean
  /** Room for bundles and partials. @default no limit */
  readonly capacityBytes?: number
}

/** What a plugin's own code throws. */
export class PluginCrash extends Error {}

const ID = 'acme.charts'

const nothing = async (): Promise<void> => {}

const installed =
  (...names: (keyof Releases)[]) =>
  (stage: CrashStage, on: Releases): Promise<void> =>
    stage.session(async (dock) => {
      for (const name of names) await install(stage, dock, on[name])
    })

/** The same, and the app says of each that it works. */
const confirmed =
  (...names: (keyof Releases)[]) =>
  (stage: CrashStage, on: Releases): Promise<void> =>
    stage.session(async (dock) => {
      for (const name of names) {
        await install(stage, dock, on[name])
        const loaded = await dock.plugins.load(ID)
        await loaded.confirmHealthy()
        await loaded.close()
      }
    })

const installing = (name: keyof Releases) => (stage: CrashStage, dock: PluginDock, on: Releases) =>
  install(stage, dock, on[name])

/** Starts it, or goes on with it, until it is installed. */
export async function install(stage: CrashStage, dock: PluginDock, release: Release): Promise<void> {
  const task = await dock.downloads.startDownload(stage.urlOf(release))
  if (task.progress.state === 'failed') await dock.downloads.retryDownload(task.id)
  if (task.progress.state === 'paused') await dock.downloads.resumeDownload(task.id)
  await task.finished
}

async function isInstalled(dock: PluginDock, pluginId: string): Promise<boolean> {
  const plugins = await dock.storage.getInstalledPlugins()
  return plugins.some((plugin) => plugin.pluginId === pluginId)
}

async function remove(dock: PluginDock, pluginId = ID): Promise<void> {
  if (await isInstalled(dock, pluginId)) await dock.storage.deletePlugin(pluginId)
}

function bundlePath(stage: CrashStage, release: Release): string {
  return new URL(release.manifest.bundle.urls[0] ?? '', stage.urlOf(release)).pathname
}

/** Downloads the first chunk of it and no more. */
async function begin(stage: CrashStage, dock: PluginDock, release: Release): Promise<string> {
  const path = bundlePath(stage, release)
  stage.origin.script(path, always(stall(9000)))
  const stalled = stage.origin.next('stall', path)
  const task = await dock.downloads.startDownload(stage.urlOf(release))
  await Promise.race([stalled, task.finished])
  await stage.clock.settle()
  return task.id
}

async function cancelAll(dock: PluginDock): Promise<void> {
  for (const { id, progress } of dock.downloads.getTasks()) {
    if (progress.state !== 'installed' && progress.state !== 'cancelled') await dock.downloads.cancelDownload(id)
  }
}

export const SCENARIOS: readonly Scenario[] = [
  { title: 'install', prepare: nothing, act: installing('first'), active: ['none', 'first'] },
  { title: 'install without chunks', prepare: nothing, act: installing('unmapped'), active: ['none', 'unmapped'] },
  { title: 'update', prepare: installed('first'), act: installing('second'), active: ['first', 'second'] },
  {
    title: 'update that drops the oldest version',
    prepare: installed('first', 'second'),
    act: installing('third'),
    active: ['second', 'third'],
  },
  {
    title: 'update without chunks',
    prepare: installed('unmapped'),
    act: installing('unmappedUpdate'),
    active: ['unmapped', 'unmappedUpdate'],
  },
  {
    title: 'the same version with another bundle',
    prepare: installed('first'),
    act: installing('rebuilt'),
    active: ['first', 'rebuilt'],
  },
  {
    title: 'delete two versions',
    prepare: installed('first', 'second'),
    act: (_, dock) => remove(dock),
    active: ['second', 'none'],
  },
  {
    title: 'delete one of two plugins with the same bundle',
    prepare: installed('first', 'twin'),
    act: (_, dock) => remove(dock, 'acme.twin'),
    active: ['first'],
  },
  {
    title: 'delete, then install again',
    prepare: installed('first'),
    async act(stage, dock, on) {
      await remove(dock)
      await dock.downloads.dismissSettled()
      await install(stage, dock, on.first)
    },
    active: ['none', 'first'],
  },
  {
    title: 'repair on load',
    async prepare(stage, on) {
      await installed('first')(stage, on)
      for (const { name } of await stage.world.bundles.list()) {
        const bytes = stage.world.bundles.bytesOf('bundle', name)
        bytes?.set([(bytes[10_000] ?? 0) ^ 1], 10_000)
      }
    },
    async act(_, dock) {
      const loaded = await dock.plugins.load(ID)
      await loaded.read().finally(() => loaded.close())
    },
    active: ['first'],
    isDamaged: true,
  },
  {
    title: 'go on with an update of a process that was killed',
    async prepare(stage, on) {
      await installed('first')(stage, on)
      const killed = await stage.open()
      await begin(stage, killed, on.second)
      stage.world.crash()
      stage.origin.unscript()
    },
    act: installing('second'),
    active: ['first', 'second'],
  },
  {
    title: 'pause, resume',
    prepare: installed('first'),
    async act(stage, dock, on) {
      if ((await dock.storage.getInstalledPlugins())[0]?.version === '2.0.0') return
      await cancelAll(dock)
      await dock.downloads.pauseDownload(await begin(stage, dock, on.second))
      stage.origin.unscript()
      await dock.downloads.resumeAll()
      await install(stage, dock, on.second)
    },
    active: ['first', 'second'],
  },
  {
    title: 'cancel',
    prepare: installed('first'),
    async act(stage, dock, on) {
      await cancelAll(dock)
      await begin(stage, dock, on.second)
      await cancelAll(dock)
      await dock.downloads.dismissSettled()
      stage.origin.unscript()
    },
    // a download that was found again after a crash may end before it is cancelled
    active: ['first', 'second'],
    ends: ['first', 'second'],
  },
  {
    title: 'evict all of it',
    prepare: installed('first', 'other', 'second'),
    async act(_, dock) {
      await dock.storage.evictLeastRecentlyUsed(Number.MAX_SAFE_INTEGER)
    },
    active: ['second', 'none'],
  },
  {
    title: 'update for which another plugin has to go',
    prepare: installed('first', 'other'),
    act: installing('second'),
    active: ['first', 'second'],
    capacityBytes: 2.5 * BUNDLE_BYTES,
  },
  {
    title: 'pin, and evict the rest',
    prepare: installed('other', 'first'),
    async act(_, dock) {
      await dock.storage.pin(ID)
      await dock.storage.evictLeastRecentlyUsed(Number.MAX_SAFE_INTEGER)
      const plugins = await dock.storage.getInstalledPlugins()
      if (!plugins.find(({ pluginId }) => pluginId === ID)?.pinned) throw new Error('It is not pinned')
    },
    active: ['first'],
  },
  {
    title: 'evict the previous version of a confirmed one',
    prepare: confirmed('first', 'second'),
    async act(_, dock) {
      if (!(await isInstalled(dock, ID))) return
      const versions = await dock.plugins.versions(ID)
      if (versions.length > 1) await dock.storage.evictLeastRecentlyUsed(1)
    },
    // what cannot be removed is passed over: the next in order is the plugin itself
    active: ['second', 'none'],
    ends: ['second', 'none'],
  },
  {
    title: 'activate a version that works',
    async prepare(stage, on) {
      await confirmed('first')(stage, on)
      await installed('second')(stage, on)
    },
    async act(_, dock) {
      await dock.plugins.activate(ID, async (plugin) => {
        await plugin.read()
        await plugin.confirmHealthy()
      })
    },
    // where nobody can write that it works it has failed
    active: ['first', 'second'],
    ends: ['first', 'second'],
  },
  {
    title: 'activate a version that fails',
    async prepare(stage, on) {
      await confirmed('first')(stage, on)
      await installed('second')(stage, on)
    },
    async act(_, dock) {
      await dock.plugins.activate(ID, (plugin) => {
        if (plugin.version === '2.0.0') throw new PluginCrash('It does not start')
      })
    },
    active: ['second', 'first'],
  },
  {
    title: 'roll back',
    prepare: confirmed('first', 'second'),
    async act(_, dock) {
      const [plugin] = await dock.storage.getInstalledPlugins()
      if (plugin?.version === '2.0.0') await dock.plugins.rollback(ID)
    },
    active: ['second', 'first'],
  },
]
