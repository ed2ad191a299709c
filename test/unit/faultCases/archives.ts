import { expect } from 'vitest'
import type { PluginDock } from '../../../src/dock/types.js'
import { PluginDockError } from '../../../src/domain/errors/index.js'
import type { PluginManifest } from '../../../src/domain/manifest.js'
import { type BuiltPlugin, buildPlugin, publishOn } from '../../../src/testing/index.js'
import { createStage, isInstalled, type Stage } from '../dock/stage.js'
import { type OddEnd, type OddEntry, oddZip } from '../plugins/zips.js'

export const ENTRY: OddEntry = { name: 'index.js', content: 'export default 1' }

/** Of a manifest: which files it says its bundle has. */
export type Files = NonNullable<PluginManifest['files']>

/** An archive with these entries, beside an honest one. */
export function zipWith(entries: readonly OddEntry[], end?: OddEnd): Uint8Array {
  return oddZip([ENTRY, ...entries], end)
}

/**
 * What an update with this bundle fails with, in a dock. Asserts that nothing of it is left: no file, no version; what
 * was installed before still is, and it stays so in the next dock.
 */
export async function refusalOf(zip: Uint8Array, files?: Files): Promise<PluginDockError> {
  const stage = createStage()
  const dock = await stage.open()
  const old = await buildPlugin({ version: '1.0.0', size: 1000 })
  await (await dock.downloads.startDownload(publishOn(stage.origin, old))).finished
  const task = await dock.downloads.startDownload(publishOn(stage.origin, await buildUpdate(zip, files)))
  const error = await task.finished.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof PluginDockError)) throw new Error(`It did not fail as it should: ${String(error)}`)
  expect(dock.downloads.getTask(task.id)?.progress).toMatchObject({ state: 'failed', failure: { code: error.code } })
  await expectOnly(stage, dock, old)
  await dock.close()
  await expectOnly(stage, await stage.open(), old)
  return error
}

/** A dock in which this bundle is installed. */
export async function installed(zip: Uint8Array, files?: Files): Promise<{ stage: Stage; dock: PluginDock }> {
  const stage = createStage()
  const dock = await stage.open()
  await (await dock.downloads.startDownload(publishOn(stage.origin, await buildUpdate(zip, files)))).finished
  return { stage, dock }
}

async function buildUpdate(zip: Uint8Array, files?: Files): Promise<BuiltPlugin> {
  const { manifest, bytes } = await buildPlugin({ version: '2.0.0', bytes: Uint8Array.from(zip) })
  const bundle = { ...manifest.bundle, format: 'zip' as const }
  return { manifest: { ...manifest, bundle, ...(files ? { files } : {}) }, bytes }
}

async function expectOnly({ host }: Stage, dock: PluginDock, { manifest, bytes }: BuiltPlugin): Promise<void> {
  const [only, ...others] = await dock.storage.getInstalledPlugins()
  expect(others).toEqual([])
  expect(only).toMatchObject({ pluginId: manifest.id, version: manifest.version })
  expect(await host.bundles.list()).toEqual([{ kind: 'bundle', name: only?.address, sizeBytes: bytes.length }])
  expect(await isInstalled(dock, manifest.id, bytes)).toBe(true)
}
