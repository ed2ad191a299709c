import { createRequire } from 'node:module'
import { Command } from 'commander'
import type { Act } from './act.js'
import { addCat } from './commands/cat.js'
import { addEvict } from './commands/evict.js'
import { addGc } from './commands/gc.js'
import { addInspect } from './commands/inspect.js'
import { addInstall } from './commands/install.js'
import { addKeygen } from './commands/keygen.js'
import { addList } from './commands/list.js'
import { addMachines } from './commands/machines.js'
import { addPack } from './commands/pack.js'
import { addRemove } from './commands/remove.js'
import { addRollback } from './commands/rollback.js'
import { addServe } from './commands/serve.js'
import { addSign } from './commands/sign.js'
import { addVerify } from './commands/verify.js'
import { type CliIo, writeLine } from './io.js'

const COMMANDS = [
  addPack,
  addServe,
  addInstall,
  addList,
  addVerify,
  addCat,
  addRollback,
  addRemove,
  addGc,
  addEvict,
  addKeygen,
  addSign,
  addInspect,
  addMachines,
]

/** The command line's grammar. What a command does once it was understood goes through `act`. */
export function createProgram(io: CliIo, act: Act): Command {
  const program = new Command('plugdock')
    .description('Download, verify, install and read plugin bundles.')
    .version(packageVersion(), '--version')
    // so that `pack --version` is pack's own
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text) => writeLine(io.stderr, usageLine(text)),
      getOutHelpWidth: io.columns,
      getErrHelpWidth: io.columns,
    })
  for (const add of COMMANDS) add(program, act)
  return program
}

/** Commander's own words, on one line. */
function usageLine(text: string): string {
  const words = text
    .replace(/^error: /, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
  return `plugdock: ${words}`
}

function packageVersion(): string {
  const { version }: { version: string } = createRequire(import.meta.url)('plugdock/package.json')
  return version
}
