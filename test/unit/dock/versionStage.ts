import { onTestFinished } from 'vitest'
import type { HostDockOptions } from '../../../src/createPluginDockOn.js'
import type { DockNotification, DownloadTask, PluginDock } from '../../../src/dock/types.js'
import type { MemoryHostOptions } from '../../../src/testing/index.js'
import { createStage, type Stage } from './stage.js'

export const ID = 'acme.charts'

/** Code that imports, and says which version it is. */
export function codeOf(version: string, body = ''): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${body}\nexport const version = '${version}'\n`)
}

export interface VersionStage extends Stage {
  /** Publishes a version with code of its own and installs it. */
  install(dock: PluginDock, version: string, options?: InstallOptions): Promise<DownloadTask>
  /** The same, and confirms it. */
  installHealthy(dock: PluginDock, version: string, options?: InstallOptions): Promise<DownloadTask>
  /** As if the process died: whoever had the stores knows nothing of it. */
  crashAndOpen(options?: HostDockOptions): Promise<PluginDock>
}

export interface InstallOptions {
  /** What its code does when it is imported. */
  readonly body?: string
  readonly allowDowngrade?: boolean
}

export function createVersionStage(options: MemoryHostOptions = {}): VersionStage {
  const stage = createStage(options)
  const install = async (dock: PluginDock, version: string, { body = '', ...rest }: InstallOptions = {}) => {
    const bytes = codeOf(version, body)
    const { url } = await stage.publish({ version, bytes, chunkLengths: bytes.length })
    const task = await dock.downloads.startDownload(url, rest)
    await task.finished
    return task
  }
  return {
    ...stage,
    install,
    async installHealthy(dock, version, options) {
      const task = await install(dock, version, options)
      await confirmActive(dock)
      return task
    },
    async crashAndOpen(options) {
      stage.host.crash()
      return stage.open(options)
    },
  }
}

/** A dock whose plugin was updated from a version that is confirmed; `body` goes before the new one's code. */
export async function openUpdated(body = '') {
  const stage = createVersionStage()
  const dock = await stage.open()
  await stage.installHealthy(dock, '1.0.0')
  const task = await stage.install(dock, '2.0.0', { body })
  return { stage, dock, task }
}

/** The active version works, says the app. */
export async function confirmActive(dock: PluginDock): Promise<void> {
  const loaded = await dock.plugins.load(ID)
  await loaded.confirmHealthy()
  await loaded.close()
}

/** The version that a load gives. */
export async function loadedVersion(dock: PluginDock): Promise<string> {
  const loaded = await dock.plugins.load(ID)
  await loaded.close()
  return loaded.version
}

/** Its code runs, and the version it says. */
export async function importedVersion(dock: PluginDock): Promise<string> {
  const loaded = await dock.plugins.load(ID)
  return (await loaded.import<{ version: string }>()).version
}

export function hear(dock: PluginDock): DockNotification[] {
  const heard: DockNotification[] = []
  const subscription = dock.notifications.subscribe((notification) => heard.push(notification))
  onTestFinished(() => subscription.unsubscribe())
  return heard
}

export async function healthOf(dock: PluginDock): Promise<string | undefined> {
  return (await dock.storage.getInstalledPlugins())[0]?.health
}

/** `2.0.0 active, 1.0.0 previous`, for one look at all. */
export async function versionsOf(dock: PluginDock): Promise<string> {
  const versions = await dock.plugins.versions(ID)
  return versions.map(({ version, role }) => `${version} ${role}`).join(', ')
}

/** The keys of the records of one kind, whoever leads. */
export async function recordKeys(stage: Stage, prefix: string): Promise<readonly string[]> {
  return (await stage.host.records.open().list(prefix)).map(({ key }) => key)
}
