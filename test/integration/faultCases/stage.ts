import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createPluginDockOn, type HostDockOptions } from '../../../src/createPluginDockOn.js'
import type { DownloadOptions, DownloadTask, PluginDock } from '../../../src/dock/types.js'
import type { DownloadProgress, DownloadState } from '../../../src/domain/progress.js'
import { createNodeHost, type NodeHostOptions } from '../../../src/hosts/node/createNodeHost.js'
import type { Host } from '../../../src/ports/host.js'
import {
  type BuiltPlugin,
  buildPlugin,
  createScriptedOrigin,
  type PluginBuild,
  publishOn,
  type ScriptedOrigin,
} from '../../../src/testing/index.js'
import { type Audit, createAudit } from './audit.js'

export const SIZE_BYTES = 256 * 1024
export const CHUNK_BYTES = 16 * 1024
/** In the middle of a chunk. */
export const HALF_WAY = 100_000

/** What the manifest knows of its bundle: every chunk's digest, or only that of the whole. */
export const VARIANTS = ['with chunks', 'without chunks'] as const
export type Variant = (typeof VARIANTS)[number]

/** Five attempts, each twice for a part of the file and once for the whole. */
export const MOST_REQUESTS = 15

/** Tries again at once. */
export const AT_ONCE: HostDockOptions = { retry: { baseDelayMs: 1, jitter: 'none' } }

export interface StageOptions {
  readonly host?: Partial<NodeHostOptions>
  /** Replaces ports. */
  readonly ports?: Partial<Host>
  /** @default `AT_ONCE` */
  readonly dock?: HostDockOptions
}

/** What is particular about a plugin, and about how it lies on the origin. */
export interface Build extends PluginBuild {
  /** Where its bundle lies, in place of the scripted origin. */
  readonly urls?: readonly string[]
  readonly etag?: string | null
}

/** A new version that is on the origin. */
export interface Published extends BuiltPlugin {
  readonly id: string
  /** Of its manifest. */
  readonly source: string
  /** Of its bundle, on the scripted origin. */
  readonly path: string
}

/** A download, and everything that its progress ever said. */
export interface Run {
  readonly task: DownloadTask
  readonly plugin: Published
  readonly samples: readonly DownloadProgress[]
}

/** A dock in a directory, with an older version installed, and an origin on a port. */
export interface Stage {
  readonly origin: ScriptedOrigin
  /** Of the origin, on its port; without a slash at its end. */
  readonly url: string
  readonly directory: string
  readonly audit: Audit
  readonly old: BuiltPlugin
  /** `getUsedSpace` before anything was installed. */
  readonly usedAtFirstBytes: number
  /** What nobody caught. */
  readonly unhandled: readonly unknown[]
  readonly dock: PluginDock
  /** Builds a version and puts it on the origin. */
  publish(variant: Variant, part?: Build): Promise<Published>
  start(plugin: Published, options?: DownloadOptions): Promise<Run>
  /** The same download, after `reopen`. */
  follow(run: Run): Run
  /** Closes the dock and opens it again, as a new process does. */
  reopen(): Promise<void>
  /** Settles when the download stands in `state`. */
  until(run: Run, state: DownloadState): Promise<DownloadProgress>
}

export async function openStage({ host = {}, ports = {}, dock: options = AT_ONCE }: StageOptions = {}): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'plugdock-test-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const unhandled = collectUnhandled()
  const origin = createScriptedOrigin()
  const { url, close } = await origin.listen()
  onTestFinished(close)
  const audit = createAudit()
  const openDock = async () => {
    const made = createNodeHost({ directory, ...host })
    const dock = await createPluginDockOn({ ...made, fetcher: audit.watch(made.fetcher), ...ports }, options)
    onTestFinished(() => dock.close())
    return dock
  }
  let dock = await openDock()
  const usedAtFirstBytes = await dock.storage.getUsedSpace()
  const old = await buildPlugin({ version: '1.0.0', size: 5000 })
  const first = await dock.downloads.startDownload(publishOn(origin, old).replace(origin.url, url))
  await first.finished
  await dock.downloads.dismissSettled()
  origin.forgetRequests()
  const watched = new Map<DownloadTask, DownloadProgress[]>()
  audit.onRead = () => {
    for (const [task, samples] of watched) samples.push(task.progress)
  }
  const watch = (task: DownloadTask, plugin: Published): Run => {
    const samples: DownloadProgress[] = []
    watched.set(task, samples)
    dock.downloads.watchProgress(task.id).subscribe((progress) => samples.push(progress))
    return { task, plugin, samples }
  }
  return {
    origin,
    url,
    directory,
    audit,
    old,
    usedAtFirstBytes,
    unhandled,
    get dock() {
      return dock
    },
    publish: (variant, part) => publish(origin, url, variant, part),
    async start(plugin, downloadOptions) {
      return watch(await dock.downloads.startDownload(plugin.source, downloadOptions), plugin)
    },
    follow({ task: { id }, plugin }) {
      const task = dock.downloads.getTask(id)
      if (!task) throw new Error(`Nothing is known of ${id}`)
      return watch(task, plugin)
    },
    async reopen() {
      await dock.close()
      watched.clear()
      dock = await openDock()
    },
    until: (run, state) =>
      new Promise((resolve) => {
        dock.downloads.watchProgress(run.task.id).subscribe((progress) => progress.state === state && resolve(progress))
      }),
  }
}

/** The partial that a download fills, as a path. */
export function partialPath({ directory, dock }: Stage, { task }: Run): string {
  const view = dock.downloads.getTask(task.id)?.actor?.getSnapshot().context.record
  return join(directory, 'partials', `${view?.plan?.partialKey}.part`)
}

async function publish(
  origin: ScriptedOrigin,
  url: string,
  variant: Variant,
  { urls, etag, ...part }: Build = {},
): Promise<Published> {
  const chunkLengths = variant === 'with chunks' ? CHUNK_BYTES : 'none'
  const built = await buildPlugin({ version: '2.0.0', size: SIZE_BYTES, chunkLengths, ...part })
  const bundle = { ...built.manifest.bundle, ...(urls ? { urls: [...urls] } : {}) }
  const plugin = { manifest: { ...built.manifest, bundle }, bytes: built.bytes }
  const { id } = plugin.manifest
  const source = publishOn(origin, built).replace(origin.url, url)
  const path = new URL(built.manifest.bundle.urls[0] ?? '', source).pathname
  if (etag !== undefined) origin.put(path, { bytes: built.bytes, etag })
  origin.put(new URL(source).pathname, { bytes: JSON.stringify(plugin.manifest), contentType: 'application/json' })
  return { ...plugin, id, source, path }
}

function collectUnhandled(): unknown[] {
  const unhandled: unknown[] = []
  const collect = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', collect)
  onTestFinished(() => void process.off('unhandledRejection', collect))
  return unhandled
}
