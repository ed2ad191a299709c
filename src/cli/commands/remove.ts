import type { Command } from 'commander'
import type { Act } from '../act.js'
import { EXIT, type ExitStatus } from '../exitStatus.js'
import { type CliIo, writeJson, writeLine } from '../io.js'
import { addStoreOptions, type StoreFlags, withStore } from '../store.js'

interface RemoveFlags extends StoreFlags {
  readonly json?: boolean
}

export function addRemove(program: Command, act: Act): void {
  const command = program.command('remove').summary('remove a plugin').argument('<id>', 'the plugin')
  addStoreOptions(command, 5000)
    .option('--json', 'print one JSON object')
    .action((id: string, flags: RemoveFlags) => act((io) => remove(io, id, flags)))
}

async function remove({ stdout }: CliIo, pluginId: string, flags: RemoveFlags): Promise<ExitStatus> {
  await withStore(flags, (dock) => dock.storage.deletePlugin(pluginId))
  if (flags.json) writeJson(stdout, { type: 'removed', pluginId })
  else writeLine(stdout, `Removed ${pluginId}`)
  return EXIT.done
}
