import type { Command } from 'commander'
import type { PluginDock } from '../../dock/types.js'
import { CorruptError } from '../../domain/errors/index.js'
import type { BadChunk, VerificationReport } from '../../domain/plugin.js'
import type { Act } from '../act.js'
import { EXIT, type ExitStatus } from '../exitStatus.js'
import { type CliIo, writeJson, writeLine } from '../io.js'
import { orInterrupted } from '../orInterrupted.js'
import { addStoreOptions, type StoreFlags, withStore } from '../store.js'

interface VerifyFlags extends StoreFlags {
  readonly json?: boolean
}

/** `message` where the bundle could not be read chunk by chunk. */
type Report = VerificationReport & { readonly message?: string }

export function addVerify(program: Command, act: Act): void {
  const command = program
    .command('verify')
    .summary('check every stored byte')
    .description(
      'Read every byte of one plugin, or of all, and check it. Exits with 3 where one is corrupt. Changes nothing: the ' +
        'next use repairs it.',
    )
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
    const report = await check(dock, pluginId)
    if (json) writeJson(io.stdout, report)
    else for (const line of reportLines(report)) writeLine(io.stdout, line)
    if (!report.ok) status = EXIT.corrupt
  }
  return status
}

/** A bundle that is gone or cut short is a finding like any other, and stops nobody from looking at the next. */
async function check({ storage }: PluginDock, id: string): Promise<Report> {
  try {
    return await storage.verify(id)
  } catch (error) {
    if (!(error instanceof CorruptError)) throw error
    const { pluginId, version, badChunks, message } = error
    return { pluginId, version, ok: false, chunksChecked: 0, badChunks, message }
  }
}

async function installedIds(dock: PluginDock): Promise<string[]> {
  const plugins = await dock.storage.getInstalledPlugins()
  return plugins.map(({ pluginId }) => pluginId).sort()
}

function reportLines({ pluginId, version, ok, chunksChecked, badChunks, message }: Report): string[] {
  if (message !== undefined) return [message]
  if (ok) return [`${pluginId} ${version}: ok, every byte checked (${counted(chunksChecked, 'chunk')})`]
  if (badChunks.length === 0) return [`${pluginId} ${version}: corrupt, its digest is another one`]
  const head = `${pluginId} ${version}: corrupt, ${badChunks.length} of ${counted(chunksChecked, 'chunk')} damaged`
  return [head, ...badChunks.map(chunkLine)]
}

function chunkLine({ index, offset, length }: BadChunk): string {
  return `  chunk ${index}: bytes ${offset}-${offset + length - 1}`
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`
}
