import type { Command } from 'commander'
import type { Act } from '../act.js'
import { EXIT, type ExitStatus } from '../exitStatus.js'
import { type CliIo, writeJson, writeLine } from '../io.js'
import { addStoreOptions, type StoreFlags, withStore } from '../store.js'

interface RollbackFlags extends StoreFlags {
  readonly json?: boolean
}

export function addRollback(program: Command, act: Act): void {
  const command = program
    .command('rollback')
    .summary('go back to the version before')
    .description(
      'Make the newest version active that worked before the present one, else the one that was active before. The ' +
        'present one stays on the disk; doing it again comes back to it.',
    )
    .argument('<id>', 'the plugin')
  addStoreOptions(command, 5000)
    .option('--json', 'print one JSON object')
    .action((id: string, flags: RollbackFlags) => act((io) => rollback(io, id, flags)))
}

async function rollback({ stdout }: CliIo, pluginId: string, flags: RollbackFlags): Promise<ExitStatus> {
  const { version } = await withStore(flags, (dock) => dock.plugins.rollback(pluginId))
  if (flags.json) writeJson(stdout, { type: 'rolledBack', pluginId, version })
  else writeLine(stdout, `${pluginId} is back at ${version}`)
  return EXIT.done
}
