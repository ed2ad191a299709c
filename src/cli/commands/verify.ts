import type { Command } from 'commander'
import type { PluginDock } from '../../dock/types.js'
import type { BadChunk, VerificationReport } from '../../domain/plugin.js'
import type { Act } from '../act.js'
import { EXIT, type ExitStatus } from '../exitStatus.js'
import { type CliIo, writeJson, writeLine } from '../io.js'
import { orInterrupted } from '../orInterrupted.js'
import { addStoreOptions, type StoreFlags, withStore } from '../store.js'

interface VerifyFlags extends StoreFlags {
  readonly json?: boolean
}

export function addVerify(program: Command, act: Act): void {
  const command = program
    .command('verify')
    .summary('check every stored byte')
    .description('Read every byte of one plugin, or of all, and check it. Exits with 3 where one is corrupt.')
    .argument('[id]', 'one plugin')
  addStoreOptions(command, 5000)
    .option('--json', 'print one JSON object a plugin')
    .action((id: string | undefined, flags: VerifyFlags) =>
      act((io) =>
        orInterrupted(
          withStore(flags, (dock) => verify(io, dock, id, flags)),
          io.signal,
        ),
      ),
    )
}

async function verify(io: CliIo, dock: PluginDock, id: string | undefined, { json }: VerifyFlags): Promise<ExitStatus> {
  const ids = id === undefined ? await installedIds(dock) : [id]
  if (ids.length === 0) writeLine(io.stderr, 'No plugins are installed.')
  let status: ExitStatus = EXIT.done
  for (const pluginId of ids) {
    const report = await dock.storage.verify(pluginId)
    if (json) writeJson(io.stdout, report)
    else for (const line of reportLines(report)) writeLine(io.stdout, line)
    if (!report.ok) status = EXIT.corrupt
  }
  return status
}

async function installedIds(dock: PluginDock): Promise<string[]> {
  const plugins = await dock.storage.getInstalledPlugins()
  return plugins.map(({ pluginId }) => pluginId).sort()
}

function reportLines({ pluginId, version, ok, chunksChecked, badChunks }: VerificationReport): string[] {
  if (ok) return [`${pluginId} ${version}: ok, every byte checked (${counted(chunksChecked, 'chunk')})`]
  const head = `${pluginId} ${version}: corrupt, ${badChunks.length} of ${counted(chunksChecked, 'chunk')} damaged`
  return [head, ...badChunks.map(chunkLine)]
}

function chunkLine({ index, offset, length }: BadChunk): string {
  return `  chunk ${index}: bytes ${offset}-${offset + length - 1}`
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
