import { expect, onTestFinished } from 'vitest'
import { commands } from 'vitest/browser'
import { equalBytes } from '../../../../src/domain/bytes.js'
import {
  type BrowserPluginDockOptions,
  createPluginDock,
  type PluginDock,
} from '../../../../src/hosts/browser/index.js'
import { folderOf } from '../../engineWorker.js'
import { buildCase, type CaseBuild } from '../caseBuild.js'
import { ownName } from './platform.js'

export const SIZE_BYTES = 256 * 1024
export const BUNDLE = '/acme.charts/acme.charts-1.0.0.bin'
const BUILD: CaseBuild = { version: '1.0.0', size: SIZE_BYTES, chunkLengths: 16 * 1024 }

/** Docks of one name in this page, each of which is a tab to the others, and an origin with a plugin. */
export interface DockStage {
  readonly name: string
  /** Of the plugin's manifest. */
  readonly source: string
  open(options?: BrowserPluginDockOptions): Promise<PluginDock>
  /** Puts another plugin on the origin. */
  publish(build: CaseBuild): Promise<string>
  /** How often its bundle was asked for. */
  requests(): Promise<number>
  folder(folder: 'bundles' | 'partials'): Promise<FileSystemDirectoryHandle>
  filesIn(folder: 'bundles' | 'partials'): Promise<string[]>
}

export async function openDockStage(): Promise<DockStage> {
  const origin = await commands.openCaseOrigin()
  const name = ownName()
  const docks: PluginDock[] = []
  onTestFinished(async () => {
    await Promise.all(docks.map((dock) => dock.close()))
    await commands.closeCaseOrigin(origin)
  })
  return {
    name,
    source: await commands.publishCase(origin, BUILD),
    publish: (build) => commands.publishCase(origin, build),
    async open(options) {
      const dock = await createPluginDock({ name, retry: { baseDelayMs: 1, jitter: 'none' }, ...options })
      docks.push(dock)
      return dock
    },
    requests: async () => (await commands.askedOfCase(origin, BUNDLE, 'GET')).length,
    folder: (folder) => folderOf(name, folder),
    async filesIn(folder) {
      const names: string[] = []
      for await (const file of (await folderOf(name, folder)).keys()) names.push(file)
      return names.sort()
    },
  }
}

export async function install(dock: PluginDock, { source }: DockStage): Promise<void> {
  await (await dock.downloads.startDownload(source)).finished
}

/** Loads the plugin: every byte is right. */
export async function expectRuns(dock: PluginDock): Promise<void> {
  const { bytes } = await buildCase(BUILD)
  const loaded = await dock.plugins.load('acme.charts')
  expect(equalBytes(await loaded.read(), bytes)).toBe(true)
  await loaded.close()
}

/** Settles when the dock shows the plugin as installed. */
export function untilInstalled(dock: PluginDock): Promise<void> {
  return new Promise((resolve) => {
    dock.downloads.watchAll().subscribe((all) => all.some(({ state }) => state === 'installed') && resolve())
  })
}
