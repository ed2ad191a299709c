/** What an app writes against `plugdock`. */
import {
  createPluginDockOn,
  type DownloadEstimate,
  type DownloadOptions,
  type DownloadProgress,
  type DownloadState,
  type DownloadTask,
  downloadMachine,
  type HostCapabilities,
  type InstalledPlugin,
  IntegrityError,
  type LoadedPlugin,
  type PluginDock,
  PluginDockError,
  type PluginDockErrorCode,
  type PluginDockOptions,
  type PluginManifest,
  StorageFullError,
  supervisorMachine,
  type VerificationReport,
} from 'plugdock'
import type { Observable } from 'rxjs'
import type { ActorRefFrom } from 'xstate'

type Host = Parameters<typeof createPluginDockOn>[0]

const manifest: PluginManifest = {
  manifestVersion: 1,
  id: 'acme.charts',
  version: '2.1.0',
  entry: 'index.js',
  bundle: { urls: ['charts-2.1.0.zip'], format: 'zip', size: 1, integrity: 'sha256-x' },
}

export async function open(host: Host): Promise<PluginDock> {
  const options: PluginDockOptions = {
    name: 'charts',
    maxConcurrentDownloads: 3,
    retry: { maxAttempts: 5 },
    timeouts: { stallMs: 20_000 },
    bandwidth: { onMetered: 'ask' },
    storage: { budgetBytes: 1_000_000, keepPreviousVersions: 1 },
    trust: { keys: [{ keyid: 'acme', algorithm: 'ed25519', publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'x' } }] },
    hostVersion: '2.4.0',
    headers: (url) => ({ authorization: url.host }),
    imports: { react: () => Promise.resolve({}) },
    inspect: (event) => event.type,
  }
  // @ts-expect-error a number, not text
  await createPluginDockOn(host, { maxConcurrentDownloads: '3' })
  // @ts-expect-error no such option
  await createPluginDockOn(host, { parallel: 3 })
  // @ts-expect-error a host is a bag of ports
  await createPluginDockOn({}, options)
  return createPluginDockOn(host, options)
}

export async function download(dock: PluginDock): Promise<InstalledPlugin> {
  const options: DownloadOptions = { priority: 1, initiator: 'automatic', signal: new AbortController().signal }
  const task: DownloadTask = await dock.downloads.startDownload('https://cdn.example/manifest.json', options)
  await dock.downloads.startDownload(new URL('https://cdn.example/manifest.json'))
  await dock.downloads.startDownload(manifest, { baseUrl: 'https://cdn.example/' })
  // @ts-expect-error neither a place nor a manifest
  await dock.downloads.startDownload(42)
  // @ts-expect-error version and the rest are missing
  await dock.downloads.startDownload({ id: 'acme.charts' })
  // @ts-expect-error one of two words
  await dock.downloads.startDownload(manifest, { initiator: 'robot' })
  // @ts-expect-error a task's fields are read, not written
  task.id = 'other'

  const progress: Observable<DownloadProgress> = dock.downloads.watchProgress(task.id)
  progress.subscribe(({ state, totalBytes, bytesDownloaded }) => {
    const name: DownloadState = state
    // @ts-expect-error undefined until the manifest is known
    const percent: number = bytesDownloaded / totalBytes
    // @ts-expect-error no such state
    return state === 'done' ? percent : name
  })
  const all: Observable<readonly DownloadProgress[]> = dock.downloads.watchAll()
  all.subscribe((list) => list.length)
  const actor: ActorRefFrom<typeof downloadMachine> | undefined = task.actor
  actor?.subscribe((snapshot) => snapshot.hasTag('downloading'))
  // @ts-expect-error undefined when settled
  task.actor.getSnapshot()

  await dock.downloads.pauseDownload(task.id)
  await dock.downloads.resumeDownload(task.id)
  await dock.downloads.retryDownload(task.id)
  const estimated: DownloadEstimate = await dock.downloads.estimate('https://cdn.example/manifest.json')
  const toTransfer: number = estimated.totalBytes - estimated.bytesReusable
  // @ts-expect-error read only
  estimated.bytesToTransfer = toTransfer
  await dock.downloads.reprioritize(task.id, 5)
  await dock.downloads.pauseAll()
  await dock.downloads.resumeAll()
  await dock.downloads.cancelDownload(task.id)
  await dock.downloads.dismissDownload(task.id)
  await dock.downloads.dismissSettled()
  // @ts-expect-error a task's id, not the task
  await dock.downloads.pauseDownload(task)
  // @ts-expect-error may be gone
  dock.downloads.getTask(task.id).progress
  return task.finished
}

export async function use(dock: PluginDock): Promise<string> {
  const plugin: LoadedPlugin = await dock.plugins.load('acme.charts')
  const bytes: Uint8Array = await plugin.read()
  const stream: ReadableStream<Uint8Array> = plugin.stream(plugin.entry)
  const blob: Blob = await plugin.blob('style.css')
  const charts = await plugin.import<{ draw(): void }>()
  charts.draw()
  const unknown = await plugin.import()
  // @ts-expect-error unknown until the app says what it is
  unknown.draw()
  // @ts-expect-error a promise of text
  const text: string = plugin.text()
  await plugin.close()
  return [bytes, stream, blob, text, plugin.files().join()].join()
}

export async function store(dock: PluginDock): Promise<number> {
  const installed: InstalledPlugin[] = await dock.storage.getInstalledPlugins()
  const report: VerificationReport = await dock.storage.verify('acme.charts')
  // @ts-expect-error told by the dock, not by the app
  installed.some((plugin) => plugin.health === 'excellent')
  if (!report.ok) await dock.storage.deletePlugin(report.pluginId)
  const capabilities: HostCapabilities = dock.capabilities
  // @ts-expect-error asked, not set
  capabilities.meteredDetection = true
  dock.supervisor satisfies ActorRefFrom<typeof supervisorMachine>
  dock.supervisor.send({ type: 'download.pause', taskId: 'a' })
  // @ts-expect-error no such command
  dock.supervisor.send({ type: 'download.explode', taskId: 'a' })
  dock.notifications.subscribe(({ type, message }) => `${type} ${message}`)
  await dock.close()
  return (await dock.storage.getAvailableSpace()) + (await dock.storage.getUsedSpace())
}

export function explain(error: unknown): string {
  if (error instanceof StorageFullError || error instanceof IntegrityError) return error.message
  if (!(error instanceof PluginDockError)) return 'no error of ours'
  const code: PluginDockErrorCode = error.code
  // @ts-expect-error no such code
  if (code === 'oops') return 'never'
  return code
}

export const machines = [supervisorMachine, downloadMachine] as const
