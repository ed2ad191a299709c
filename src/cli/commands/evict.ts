import type { Command } from 'commander'
import type { PluginDock } from '../../dock/types.js'
import type { EvictionPlan } from '../../domain/evictionPlan.js'
import type { Act } from '../act.js'
import { EXIT, type ExitStatus } from '../exitStatus.js'
import { parseSize } from '../flags.js'
import { formatBytes } from '../format.js'
import { type CliIo, writeJson, writeLine } from '../io.js'
import { orInterrupted } from '../orInterrupted.js'
import { addStoreOptions, type StoreFlags, withStore } from '../store.js'

interface EvictFlags extends StoreFlags {
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function addEvict(program: Command, act: Act): void {
  const command = program
    .command('evict')
    .summary('make room by removing what was used longest ago')
    .description(
      'Remove, until so many bytes are free: leftovers, versions that failed, old versions, then whole plugins, the one ' +
        'that was used longest ago first. Pinned plugins stay. Exits with 1 where that is not enough.',
    )
    .argument('<bytes>', 'how many to free, such as 1048576, 500K or 1G', parseSize)
  addStoreOptions(command, 5000)
    .option('--dry-run', 'only say what would go')
    .option('--json', 'print one JSON object')
    .action((bytes: number, flags: EvictFlags) =>
      act((io) =>
        orInterrupted(
          withStore(flags, (dock) => evict(io, dock, bytes, flags)),
          io.signal,
        ),
      ),
    )
}

async function evict(
  io: CliIo,
  { storage }: PluginDock,
  bytes: number,
  { dryRun, json }: EvictFlags,
): Promise<ExitStatus> {
  const plan = await (dryRun ? storage.planEviction(bytes) : storage.evictLeastRecentlyUsed(bytes))
  if (json) writeJson(io.stdout, { type: dryRun ? 'eviction-planned' : 'evicted', ...plan })
  else for (const line of linesOf(plan, dryRun ? 'Would remove' : 'Removed')) writeLine(io.stdout, line)
  if (plan.sufficient) return EXIT.done
  const short = formatBytes(bytes - plan.bytesFreed)
  writeLine(io.stderr, `plugdock: That is ${short} too little: what is left is pinned, in use or being installed`)
  return EXIT.failed
}

function linesOf({ items, bytesFreed }: EvictionPlan, verb: string): string[] {
  const lines = items.map(({ kind, pluginId, version, sizeBytes }) => {
    const what = pluginId === undefined ? 'a leftover' : `${pluginId} ${version}`
    return `${verb} ${what} (${kind}, ${formatBytes(sizeBytes)})`
  })
  return [...lines, `${verb === 'Removed' ? 'Freed' : 'Would free'} ${formatBytes(bytesFreed)}`]
}
