import { type DownloadRecord, type InstalledRecord, RECORD_KINDS } from '../../../src/domain/records.js'
import type { StoreEntry } from '../../../src/ports/bundleStore.js'
import type { RecordEntry } from '../../../src/ports/recordStore.js'
import type { MemoryHost } from '../../../src/testing/index.js'

/** What the stores hold, read past any dock. */
export interface Inventory {
  readonly installed: readonly InstalledRecord[]
  readonly downloads: readonly DownloadRecord[]
  readonly keys: readonly string[]
  readonly files: readonly StoreEntry[]
}

export async function takeInventory({ records, bundles }: MemoryHost): Promise<Inventory> {
  return inventoryOf(await records.open().list(''), await bundles.list())
}

export function inventoryOf(entries: readonly RecordEntry[], files: readonly StoreEntry[]): Inventory {
  // only docks of this release have written here
  const ofKind = <T>(kind: string) => entries.filter(({ key }) => key.startsWith(kind)).map(({ value }) => value as T)
  return {
    installed: ofKind<InstalledRecord>(RECORD_KINDS.installed),
    downloads: ofKind<DownloadRecord>(RECORD_KINDS.download),
    keys: entries.map(({ key }) => key),
    files,
  }
}

/** Every version that a plugin's record names, in whatever role. */
function versionsOf({ active, previous, quarantined = [] }: InstalledRecord) {
  return [active, ...previous, ...quarantined]
}

export function namedVersions({ installed }: Inventory) {
  return installed.flatMap(versionsOf)
}

const SETTLED = new Set(['installed', 'cancelled', 'rolledBack'])

/**
 * Files that no record names, files that a record names and that are not there, and records of what is gone: one line
 * each. To be asked when nothing moves.
 */
export function discrepancies(inventory: Inventory): string[] {
  const { downloads, keys, files } = inventory
  const addresses = new Set(namedVersions(inventory).map(({ address }) => address))
  const unfinished = downloads.filter(({ state }) => !SETTLED.has(state))
  const partials = new Set(unfinished.flatMap(({ plan }) => (plan ? [plan.partialKey] : [])))
  const tasks = new Set(unfinished.map(({ taskId }) => taskId))
  const trials = new Set(
    inventory.installed.flatMap((plugin) => versionsOf(plugin).map(({ address }) => `${plugin.pluginId}@${address}`)),
  )
  const bundles = new Map(files.filter(({ kind }) => kind === 'bundle').map(({ name, sizeBytes }) => [name, sizeBytes]))
  const strayFiles = files.filter(({ kind, name }) => {
    if (kind === 'bundle') return !addresses.has(name) && !partials.has(name)
    return kind === 'partial' && !partials.has(name)
  })
  const strayKeys = (kind: string, known: ReadonlySet<string>) =>
    keys.filter((key) => key.startsWith(kind) && !known.has(key.slice(kind.length)))
  return [
    ...strayFiles.map(({ kind, name, sizeBytes }) => `no record names the ${kind} ${name} of ${sizeBytes} bytes`),
    ...namedVersions(inventory)
      .filter(({ address, sizeBytes }) => bundles.get(address) !== sizeBytes)
      .map(({ address, sizeBytes }) => `the bundle ${address} has ${bundles.get(address)} bytes, not ${sizeBytes}`),
    ...strayKeys(RECORD_KINDS.chunks, addresses).map((key) => `stray record ${key}`),
    ...strayKeys(RECORD_KINDS.source, addresses).map((key) => `stray record ${key}`),
    ...strayKeys(RECORD_KINDS.partial, partials).map((key) => `stray record ${key}`),
    ...strayKeys(RECORD_KINDS.trial, trials).map((key) => `stray record ${key}`),
    ...strayKeys(RECORD_KINDS.manifest, tasks).map((key) => `stray record ${key}`),
  ]
}
