import type { Command } from 'commander'
import type { InstalledPlugin } from '../../domain/plugin.js'
import type { Act } from '../act.js'
import { EXIT, type ExitStatus } from '../exitStatus.js'
import { formatBytes } from '../format.js'
import { type CliIo, writeJson, writeLine } from '../io.js'
import { orInterrupted } from '../orInterrupted.js'
import { addStoreOptions, type StoreFlags, withStore } from '../store.js'
import { tableOf } from '../table.js'

interface ListFlags extends StoreFlags {
  readonly json?: boolean
}

export function addList(program: Command, act: Act): void {
  const command = program.command('list').summary('list what is installed')
  addStoreOptions(command, 5000)
    .option('--json', 'print one JSON object a plugin')
    .action((flags: ListFlags) => act((io) => list(io, flags)))
}

async function list(io: CliIo, flags: ListFlags): Promise<ExitStatus> {
  const work = withStore(flags, (dock) => dock.storage.getInstalledPlugins())
  const plugins = [...(await orInterrupted(work, io.signal))].sort((a, b) => (a.pluginId < b.pluginId ? -1 : 1))
  if (flags.json) for (const plugin of plugins) writeJson(io.stdout, plugin)
  else if (plugins.length === 0) writeLine(io.stderr, 'No plugins are installed.')
  else for (const line of tableOf([HEADINGS, ...plugins.map(row)])) writeLine(io.stdout, line)
  return EXIT.done
}

const HEADINGS = ['ID', 'VERSION', 'SIZE', 'INSTALLED', 'NAME']

function row({ pluginId, version, sizeBytes, installedAt, name = '' }: InstalledPlugin): string[] {
  return [pluginId, version, formatBytes(sizeBytes), new Date(installedAt).toISOString().slice(0, 10), name]
}
