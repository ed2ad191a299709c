import type { Command } from 'commander'
import type { PluginDock } from '../../dock/types.js'
import type { Act } from '../act.js'
import { EXIT, type ExitStatus } from '../exitStatus.js'
import { formatBytes } from '../format.js'
import { type CliIo, writeJson, writeLine } from '../io.js'
import { orInterrupted } from '../orInterrupted.js'
import { addStoreOptions, type StoreFlags, withStore } from '../store.js'

interface GcFlags extends StoreFlags {
  readonly json?: boolean
}

export function addGc(program: Command, act: Act): void {
  const command = program
    .command('gc')
    .summary('remove old versions and leftovers')
    .description(
      'Remove versions that are not kept any more, and files that belong to nothing. What is installed, and what an ' +
        'unfinished download has, stays.',
    )
  addStoreOptions(command, 5000)
    .option('--json', 'print one JSON object')
    .action((flags: GcFlags) =>
      act((io) =>
        orInterrupted(
          withStore(flags, (dock) => collect(io, dock, flags)),
          io.signal,
        ),
      ),
    )
}

async function collect({ stdout }: CliIo, { storage }: PluginDock, { json }: GcFlags): Promise<ExitStatus> {
  const old = await storage.cleanupOldVersions()
  const orphans = await storage.collectOrphans()
  const bytesFreed = old.bytesFreed + orphans.bytesFreed
  if (json) {
    writeJson(stdout, { type: 'collected', removed: old.removed, orphans: orphans.items, bytesFreed })
    return EXIT.done
  }
  for (const { pluginId, version, sizeBytes } of old.removed) {
    writeLine(stdout, `Removed ${pluginId} ${version} (${formatBytes(sizeBytes)})`)
  }
  for (const { name, sizeBytes } of orphans.items) writeLine(stdout, `Removed ${name} (${formatBytes(sizeBytes)})`)
  const isClean = old.removed.length + orphans.items.length === 0
  writeLine(stdout, isClean ? 'Nothing to remove.' : `Freed ${formatBytes(bytesFreed)}`)
  return EXIT.done
}
