import { expect, onTestFinished } from 'vitest'
import { commands } from 'vitest/browser'
import { equalBytes } from '../../../src/domain/bytes.js'
import {
  type BrowserPluginDockOptions,
  createPluginDock,
  type DownloadProgress,
  type DownloadTask,
  type PluginDock,
} from '../../../src/hosts/browser/index.js'
import type { BuiltPlugin } from '../../../src/testing/index.js'
import { folderOf, freshName, removeFolderOf } from '../engineWorker.js'
import { buildCase, type CaseBuild } from './caseBuild.js'
import type { CaseAsked, FaultCall, OtherFile } from './faultCommands.js'

export const SIZE_BYTES = 256 * 1024
export const CHUNK_BYTES = 16 * 1024
/** In the middle of a chunk. */
export const HALF_WAY = 100_000
export const BUNDLE = '/acme.charts/acme.charts-2.0.0.bin'

/** What the manifest knows of its bundle: every chunk's digest, or only that of the whole. */
export const VARIANTS = ['with chunks', 'without chunks'] as const
export type Variant = (typeof VARIANTS)[number]

const OLD: CaseBuild = { version: '1.0.0', size: 5000 }
const AT_ONCE = { retry: { baseDelayMs: 1, jitter: 'none' } } as const

export interface PageStory {
  readonly variant: Variant
  readonly faults: readonly FaultCall[]
  readonly others?: Readonly<Record<string, OtherFile>>
  readonly isText?: boolean
  readonly dock?: BrowserPluginDockOptions
  /** What happens before the download, when all is published and scripted. */
  readonly before?: (bundleUrl: string) => Promise<void>
}

/** A dock in a page with an older version installed, and the download of a newer one. */
export interface PageRun {
  readonly origin: string
  readonly task: DownloadTask
  readonly dock: PluginDock
  readonly samples: readonly DownloadProgress[]
  readonly unhandled: readonly unknown[]
  readonly usedAtFirstBytes: number
  readonly old: BuiltPlugin
  readonly plugin: BuiltPlugin
  open(): Promise<PluginDock>
  filesIn(folder: 'bundles' | 'partials'): Promise<string[]>
}

export async function beginInPage(story: PageStory): Promise<PageRun> {
  const origin = await commands.openCaseOrigin()
  const name = freshName()
  const docks: PluginDock[] = []
  onTestFinished(async () => {
    await Promise.all(docks.map((dock) => dock.close()))
    await commands.closeCaseOrigin(origin)
    await removeFolderOf(name)
  })
  const unhandled = collectUnhandled()
  const open = async () => {
    const dock = await createPluginDock({ name, ...AT_ONCE, ...story.dock })
    docks.push(dock)
    return dock
  }
  const dock = await open()
  const usedAtFirstBytes = await dock.storage.getUsedSpace()
  await (await dock.downloads.startDownload(await commands.publishCase(origin, OLD))).finished
  await dock.downloads.dismissSettled()
  const build = buildOf(story)
  const source = await commands.publishCase(origin, build)
  for (const [path, file] of Object.entries(story.others ?? {})) await commands.putCaseFile(origin, path, file)
  await commands.scriptCase(origin, BUNDLE, story.faults)
  await story.before?.(origin + BUNDLE)
  const task = await dock.downloads.startDownload(source)
  const samples: DownloadProgress[] = []
  dock.downloads.watchProgress(task.id).subscribe((progress) => samples.push(progress))
  const filesIn = async (folder: 'bundles' | 'partials') => {
    const names: string[] = []
    for await (const entry of (await folderOf(name, folder)).keys()) names.push(entry)
    return names
  }
  const [old, plugin] = await Promise.all([buildCase(OLD), buildCase(build)])
  return { origin, task, dock, samples, unhandled, usedAtFirstBytes, old, plugin, open, filesIn }
}

export interface PageEnding {
  readonly ended: 'installed' | 'failed'
  /** Chunks that may come again. @default 0 */
  readonly failures?: number
  /** How often everything may come again. @default 0 */
  readonly restarts?: number
  /** Of pages that were read to know them. @default 0 */
  readonly otherBytes?: number
}

/** Downloads in spite of the faults; the invariants hold. Gives back the requests for the bundle. */
export async function expectInstalledInPage(
  story: PageStory,
  cost: Omit<PageEnding, 'ended'> = {},
): Promise<CaseAsked[]> {
  const run = await beginInPage(story)
  await run.task.finished
  const asked = await commands.askedOfCase(run.origin, BUNDLE, 'GET')
  await expectPageInvariants(run, { ended: 'installed', ...cost })
  return asked
}

/** I1 to I6 of the fault cases. Closes the dock, and leaves an empty one. */
export async function expectPageInvariants(run: PageRun, ending: PageEnding): Promise<void> {
  const { task, plugin, dock, old } = run
  const { failures = 0, restarts = 0, otherBytes = 0 } = ending
  for (const { bytesDownloaded, totalBytes } of run.samples)
    expect(bytesDownloaded).toBeLessThanOrEqual(totalBytes ?? 0)
  const drops = run.samples.filter(
    (sample, index) =>
      sample.state === run.samples[index - 1]?.state &&
      sample.bytesDownloaded < (run.samples[index - 1]?.bytesDownloaded ?? 0),
  )
  expect(drops.length).toBeLessThanOrEqual(failures + restarts)
  const chunkBytes = plugin.manifest.bundle.chunks ? CHUNK_BYTES : 0
  const allowedBytes = SIZE_BYTES * (1 + restarts) + failures * chunkBytes + otherBytes
  expect(task.progress.bytesTransferred).toBeLessThanOrEqual(allowedBytes)
  await expectActive(dock, ending.ended === 'installed' ? plugin : old)
  const installed = await dock.storage.getInstalledPlugins()
  await dock.close()
  await expectNothingLeftOver(
    run,
    installed.map(({ address }) => address),
  )
  expect(run.unhandled).toEqual([])
}

async function expectNothingLeftOver(run: PageRun, addresses: readonly string[]): Promise<void> {
  const dock = await run.open()
  for (const { id, progress } of dock.downloads.getTasks()) {
    if (progress.state === 'failed') await dock.downloads.cancelDownload(id)
  }
  expect(await run.filesIn('partials')).toEqual([])
  expect(await run.filesIn('bundles')).toEqual(expect.arrayContaining([...addresses]))
  await dock.storage.deletePlugin('acme.charts')
  await dock.downloads.dismissSettled()
  await dock.close()
  const emptied = await run.open()
  expect([...(await run.filesIn('partials')), ...(await run.filesIn('bundles'))]).toEqual([])
  expect(await emptied.storage.getUsedSpace()).toBe(run.usedAtFirstBytes)
}

async function expectActive(dock: PluginDock, { manifest, bytes }: BuiltPlugin): Promise<void> {
  const loaded = await dock.plugins.load(manifest.id)
  try {
    expect(loaded.version).toBe(manifest.version)
    expect(equalBytes(await loaded.read(), bytes)).toBe(true)
  } finally {
    await loaded.close()
  }
}

function buildOf({ variant, isText = false }: PageStory): CaseBuild {
  const chunkLengths = variant === 'with chunks' ? CHUNK_BYTES : 'none'
  return { version: '2.0.0', size: SIZE_BYTES, chunkLengths, isText }
}

function collectUnhandled(): unknown[] {
  const unhandled: unknown[] = []
  const collect = ({ reason }: PromiseRejectionEvent) => void unhandled.push(reason)
  addEventListener('unhandledrejection', collect)
  onTestFinished(() => removeEventListener('unhandledrejection', collect))
  return unhandled
}
