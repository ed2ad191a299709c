import { createHash } from 'node:crypto'
import { createFsBundleStore } from '../../../src/adapters/fsBundleStore.js'
import { createLevelRecordStore } from '../../../src/adapters/levelRecordStore.js'
import type { PluginDock } from '../../../src/dock/types.js'
import { QuarantinedError } from '../../../src/domain/errors/index.js'
import { openDock } from '../../../src/hosts/node/openDock.js'
import { discrepancies, type Inventory, inventoryOf } from '../../unit/crash/leftovers.js'

/** What somebody finds who opens a directory whose process was killed. */
export interface Aftermath {
  /** What is not as it has to be, one line each. */
  readonly faults: readonly string[]
  /** Of the plugins that are installed, `<id> <version>`. */
  readonly installed: readonly string[]
  /** How far unfinished downloads were. */
  readonly states: readonly string[]
}

/**
 * Opens a dock and closes it: its recovery is what the next one would do as well. `hashes`: of all that was published,
 * by `<id> <version>`. Downloads that are found again stay as they are.
 */
export async function inspect(directory: string, hashes: ReadonlyMap<string, string>): Promise<Aftermath> {
  const dock = await openDock({ directory, wait: 10_000, holdRestored: true })
  try {
    const recovered = await loadAll(dock, hashes)
    const states = dock.downloads.getTasks().map(({ progress }) => progress.state)
    await dock.close()
    return { ...recovered, states, faults: [...recovered.faults, ...discrepancies(await inventory(directory))] }
  } finally {
    await dock.close()
  }
}

/** Every byte of every installed plugin, read through the dock. */
export async function loadAll(
  dock: PluginDock,
  hashes: ReadonlyMap<string, string>,
): Promise<Pick<Aftermath, 'faults' | 'installed'>> {
  const faults: string[] = []
  const plugins = await dock.storage.getInstalledPlugins()
  const installed = plugins.map(({ pluginId, version }) => `${pluginId} ${version}`)
  for (const [at, { pluginId }] of plugins.entries()) {
    const report = await dock.storage.verify(pluginId)
    if (!report.ok) faults.push(`${installed[at]} has ${report.badChunks.length} bad chunks`)
    const handed = await handOut(dock, pluginId)
    if (handed && handed.hash !== hashes.get(`${pluginId} ${handed.version}`))
      faults.push(`${pluginId} ${handed.version} hands out other bytes than were published`)
  }
  return { faults, installed }
}

/** `undefined` for a version that failed, where there is no other: nobody gets it. */
async function handOut(dock: PluginDock, pluginId: string) {
  try {
    const loaded = await dock.plugins.load(pluginId)
    const bytes = await loaded.read().finally(() => loaded.close())
    return { version: loaded.version, hash: createHash('sha256').update(bytes).digest('hex') }
  } catch (error) {
    if (error instanceof QuarantinedError) return undefined
    throw error
  }
}

async function inventory(directory: string): Promise<Inventory> {
  const records = await createLevelRecordStore({ directory, clock: Date })
  try {
    return inventoryOf(await records.list(''), await createFsBundleStore({ directory }).list())
  } finally {
    await records.close()
  }
}
