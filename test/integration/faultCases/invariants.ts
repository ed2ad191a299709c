import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { PluginDock } from '../../../src/dock/types.js'
import { equalBytes } from '../../../src/domain/bytes.js'
import type { DownloadProgress } from '../../../src/domain/progress.js'
import type { BuiltPlugin } from '../../../src/testing/index.js'
import type { Run, Stage } from './stage.js'

/** How a case ended, and what it may have cost. */
export interface Ending {
  /** `failed`: `task.finished` rejected; what was active before still is. */
  readonly ended: 'installed' | 'failed'
  /** Connections that broke and chunks that came damaged: each may cost a chunk. @default 0 */
  readonly failures?: number
  /** How often everything may have been fetched anew: only what the case itself allows. @default 0 */
  readonly restarts?: number
  /** Whether every failure was a cut, after which no byte needs to come again. @default false */
  readonly exact?: boolean
  /** Bytes of error pages and the like, which are read to know them. @default 0 */
  readonly otherBytes?: number
  /** Bytes that may have come at the very moment a connection was given up, and were counted by nobody. @default 0 */
  readonly lateBytes?: number
}

/** I1 to I6 of the fault cases, asserted after each of them. Closes the dock, and leaves an empty one. */
export async function expectInvariants(stage: Stage, run: Run, ending: Ending): Promise<void> {
  expectHonestProgress(run.samples, ending)
  expectBytesAccounted(stage, run, ending)
  await expectOneVersion(stage, run, ending)
  await expectNothingLeftOver(stage, run)
  expect(stage.unhandled).toEqual([])
}

/** I6 */
function expectHonestProgress(samples: readonly DownloadProgress[], { restarts = 0, failures = 0 }: Ending): void {
  let before: DownloadProgress | undefined
  let drops = 0
  for (const sample of samples) {
    const { bytesDownloaded, bytesTransferred, totalBytes, state } = sample
    expect(bytesDownloaded).toBeLessThanOrEqual(totalBytes ?? 0)
    expect(bytesTransferred).toBeGreaterThanOrEqual(before?.bytesTransferred ?? 0)
    if (state !== 'downloading') expect(sample).toMatchObject({ speedBytesPerSecond: 0 })
    if (state !== 'downloading') expect(sample.estimatedTimeRemaining).toBeUndefined()
    if (before?.state === state && bytesDownloaded < before.bytesDownloaded) drops++
    before = sample
  }
  expect(drops).toBeLessThanOrEqual(restarts + failures)
}

/** I5 */
function expectBytesAccounted(
  { audit }: Stage,
  { task, plugin }: Run,
  { failures = 0, restarts = 0, otherBytes = 0, lateBytes = 0, exact = false }: Ending,
): void {
  const { size, chunks } = plugin.manifest.bundle
  const readBytes = plugin.manifest.bundle.urls.reduce((sum, url) => sum + audit.bytesRead(url), 0)
  expect(task.progress.bytesTransferred).toBeLessThanOrEqual(readBytes)
  expect(task.progress.bytesTransferred).toBeGreaterThanOrEqual(readBytes - lateBytes)
  const chunkBytes = chunks && !exact ? Math.max(...[chunks.lengths].flat()) : 0
  expect(readBytes).toBeLessThanOrEqual(size * (1 + restarts) + failures * chunkBytes + otherBytes + lateBytes)
}

/** I1 and I2 */
async function expectOneVersion(stage: Stage, { plugin }: Run, { ended }: Ending): Promise<void> {
  const { dock, old } = stage
  const hadOld = old.manifest.id === plugin.id
  if (ended === 'installed') await expectActive(dock, plugin)
  else if (hadOld) await expectActive(dock, old)
  else await expect(dock.plugins.load(plugin.id)).rejects.toMatchObject({ code: 'not-installed' })
}

export async function expectActive(dock: PluginDock, { manifest, bytes }: BuiltPlugin): Promise<void> {
  const loaded = await dock.plugins.load(manifest.id)
  try {
    expect(loaded.version).toBe(manifest.version)
    expect(equalBytes(await loaded.read(), bytes)).toBe(true)
  } finally {
    await loaded.close()
  }
}

/** I3 and I4 */
async function expectNothingLeftOver(stage: Stage, { plugin }: Run): Promise<void> {
  const { origin } = stage
  const before = await stage.dock.storage.getInstalledPlugins()
  await stage.reopen()
  while (origin.requests.some(({ outcome }) => outcome === 'open')) await origin.next('end')
  expect(await stage.dock.storage.getInstalledPlugins()).toMatchObject(before.map(({ version }) => ({ version })))
  for (const { id, progress } of stage.dock.downloads.getTasks()) {
    if (progress.state === 'failed') await stage.dock.downloads.cancelDownload(id)
  }
  expect(await filesIn(stage, 'partials')).toEqual([])
  expect(await filesIn(stage, 'bundles')).toEqual(expect.arrayContaining(before.map(({ address }) => address)))
  for (const { pluginId } of before) await stage.dock.storage.deletePlugin(pluginId)
  await stage.dock.downloads.dismissSettled()
  await stage.reopen()
  expect([...(await filesIn(stage, 'bundles')), ...(await filesIn(stage, 'partials'))]).toEqual([])
  expect(await stage.dock.storage.getUsedSpace()).toBe(stage.usedAtFirstBytes)
  await expect(stage.dock.plugins.load(plugin.id)).rejects.toMatchObject({ code: 'not-installed' })
}

function filesIn({ directory }: Stage, folder: 'bundles' | 'partials'): Promise<string[]> {
  return readdir(join(directory, folder))
}
