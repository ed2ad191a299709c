import { type Command, CommanderError } from 'commander'
import { exitStatusOf, messageOf, UsageError } from './cliErrors.js'
import { EXIT, type ExitStatus } from './exitStatus.js'
import { type CliIo, writeLine } from './io.js'
import { createProgram } from './program.js'

/**
 * Runs one command line, without the program's name, and tells what the process shall exit with. Never rejects.
 *
 * @example process.exitCode = await run(['list', '--store', 'plugins'], io)
 */
export async function run(argv: readonly string[], io: CliIo): Promise<ExitStatus> {
  try {
    return await runCommand(argv, io)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    writeLine(io.stderr, `plugdock: ${messageOf(error)}`)
    return io.signal.aborted ? EXIT.interrupted : exitStatusOf(error)
  }
}

async function runCommand(argv: readonly string[], io: CliIo): Promise<ExitStatus> {
  let status: ExitStatus = EXIT.done
  const program = createProgram(io, async (command) => {
    status = await command(io)
  })
  if (argv.length === 0) throw new UsageError(`Name a command: ${namesOf(program)}. plugdock --help says what they do.`)
  await program.parseAsync(argv, { from: 'user' })
  return status
}

function namesOf({ commands }: Command): string {
  return commands.map((command) => command.name()).join(', ')
}
