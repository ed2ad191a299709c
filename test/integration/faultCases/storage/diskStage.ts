import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createFsBundleStore } from '../../../../src/adapters/fsBundleStore.js'
import { createPluginDockOn, type HostDockOptions } from '../../../../src/createPluginDockOn.js'
import type { PluginDock } from '../../../../src/dock/types.js'
import { createNodeHost } from '../../../../src/hosts/node/createNodeHost.js'
import type { RecordStore } from '../../../../src/ports/recordStore.js'
import {
  type BuiltPlugin,
  buildPlugin,
  createScriptedOrigin,
  type PluginBuild,
  publishOn,
  type ScriptedOrigin,
} from '../../../../src/testing/index.js'
import { type WatchedFileSystem, watchFileSystem } from './watchedFileSystem.js'

export const SIZE_BYTES = 64 * 1024
export const CHUNK_BYTES = 16 * 1024

export interface Published extends BuiltPlugin {
  /** Of its manifest. */
  readonly source: string
  /** Of its bundle, on the origin. */
  readonly path: string
}

/** Docks in one directory, one after the other, over real files that a test can refuse, and an origin on a port. */
export interface DiskStage {
  readonly directory: string
  readonly files: WatchedFileSystem
  readonly origin: ScriptedOrigin
  publish(build?: PluginBuild): Promise<Published>
  /** Opens the dock; a test closes one before it opens the next. */
  open(options?: HostDockOptions): Promise<PluginDock>
  namesIn(folder: 'bundles' | 'partials'): Promise<string[]>
}

export interface DiskStageOptions {
  /** @default a new one */
  readonly directory?: string
  /** Stands between the dock and its records. */
  readonly records?: (store: RecordStore) => RecordStore
}

export async function openDiskStage(options: DiskStageOptions = {}): Promise<DiskStage> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'plugdock-test-')))
  if (!options.directory) onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const files = watchFileSystem(directory)
  const origin = createScriptedOrigin()
  const { url, close } = await origin.listen()
  onTestFinished(close)
  return {
    directory,
    files,
    origin,
    async publish(build) {
      const built = await buildPlugin({ size: SIZE_BYTES, chunkLengths: CHUNK_BYTES, ...build })
      const source = publishOn(origin, built).replace(origin.url, url)
      return { ...built, source, path: new URL(built.manifest.bundle.urls[0] ?? '', source).pathname }
    },
    async open(dockOptions) {
      const host = createNodeHost({ directory })
      const bundles = createFsBundleStore({ directory, fileSystem: files.fileSystem })
      const open = async () => {
        const stores = await host.open()
        return { ...stores, bundles, records: options.records?.(stores.records) ?? stores.records }
      }
      const retry = { baseDelayMs: 1, jitter: 'none' } as const
      const dock = await createPluginDockOn({ ...host, open }, { retry, ...dockOptions })
      onTestFinished(() => dock.close())
      return dock
    },
    namesIn: (folder) => readdir(join(directory, folder)).catch(() => []),
  }
}

export async function install(dock: PluginDock, { source }: Published): Promise<void> {
  await (await dock.downloads.startDownload(source)).finished
}

/** Whether this version runs, and every byte of it is right. */
export async function isActive(dock: PluginDock, { manifest, bytes }: BuiltPlugin): Promise<boolean> {
  const loaded = await dock.plugins.load(manifest.id)
  try {
    return loaded.version === manifest.version && Buffer.compare(await loaded.read(), bytes) === 0
  } finally {
    await loaded.close()
  }
}
