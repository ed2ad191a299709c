import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { PluginDock } from '../dock/types.js'
import type { NodeDockOptions } from '../hosts/node/openDock.js'
import { CommandError } from './cliErrors.js'
import { parseSeconds } from './flags.js'

/** Options of every command that opens a store. */
export interface StoreFlags {
  readonly store: string
  /** Milliseconds. */
  readonly wait: number
}

/** `--store` and `--wait`. */
export function addStoreOptions(command: Command, waitMs: number): Command {
  const wait = new Option('--wait <seconds>', 'for how long to wait while another process uses the store')
  return command
    .requiredOption('--store <dir>', 'where the plugins are')
    .addOption(wait.argParser(parseSeconds).default(waitMs, String(waitMs / 1000)))
}

/** Opens a store that is there, and closes it whatever happens. */
export async function withStore<T>(flags: StoreFlags, use: (dock: PluginDock) => Promise<T>): Promise<T> {
  const directory = resolve(flags.store)
  if (!(await isStore(directory))) throw new CommandError(`There is no plugin store at ${directory}`)
  return withDock(flags, {}, use)
}

/** The same, and makes the store where it is missing. Nothing that an earlier run left goes on by itself. */
export async function withDock<T>(
  { store, wait }: StoreFlags,
  options: Partial<NodeDockOptions>,
  use: (dock: PluginDock) => Promise<T>,
): Promise<T> {
  const { openDock } = await import('../hosts/node/openDock.js')
  const dock = await openDock({ ...options, directory: resolve(store), wait, localFiles: true, holdRestored: true })
  try {
    return await use(dock)
  } finally {
    await dock.close()
  }
}

/** Every store has records; opening one elsewhere would make it. */
async function isStore(directory: string): Promise<boolean> {
  return (await stat(join(directory, 'records')).catch(() => undefined))?.isDirectory() === true
}
