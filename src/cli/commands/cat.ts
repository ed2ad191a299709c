import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import type { PluginDock } from '../../dock/types.js'
import type { Act } from '../act.js'
import { EXIT, type ExitStatus } from '../exitStatus.js'
import { type CliIo, writeLine } from '../io.js'
import { orInterrupted } from '../orInterrupted.js'
import { addStoreOptions, type StoreFlags, withStore } from '../store.js'

export function addCat(program: Command, act: Act): void {
  const command = program
    .command('cat')
    .summary("print one file's verified bytes")
    .description(
      "Print one file of a plugin. Every byte was checked. Where the plugin's are corrupt they are repaired from their " +
        'source; exits with 3 where that fails.',
    )
    .argument('<id>', 'the plugin')
    .argument('[path]', 'the file in it (default: its entry)')
  addStoreOptions(command, 5000).action((id: string, path: string | undefined, flags: StoreFlags) =>
    act((io) =>
      orInterrupted(
        withStore(flags, (dock) => print(io, dock, id, path)),
        io.signal,
      ),
    ),
  )
}

async function print(
  { stdout, stderr }: CliIo,
  dock: PluginDock,
  id: string,
  path: string | undefined,
): Promise<ExitStatus> {
  const notices = dock.notifications.subscribe(({ type, message }) => {
    if (type === 'repaired') writeLine(stderr, message)
  })
  const plugin = await dock.plugins.load(id)
  try {
    const content = plugin.stream(path) as Parameters<typeof Readable.fromWeb>[0] // Node types the same class twice
    await pipeline(Readable.fromWeb(content), stdout, { end: false })
  } catch (error) {
    if (!isNobodyReading(error)) throw error
  } finally {
    await plugin.close()
    notices.unsubscribe()
  }
  return EXIT.done
}

/** `plugdock cat … | head`: whoever read has seen enough. */
function isNobodyReading(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE'
}
