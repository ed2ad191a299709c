import { asPluginDockError } from '../domain/failure.js'
import { EXIT, type ExitStatus } from './exitStatus.js'

/** The command was written wrongly. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The command cannot do what it was asked, for a reason that is the command line's own. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
}

/** The person stopped the command. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError'
}

export function exitStatusOf(error: unknown): ExitStatus {
  if (error instanceof UsageError) return EXIT.usage
  if (error instanceof InterruptedError) return EXIT.interrupted
  return asPluginDockError(error).code === 'corrupt' ? EXIT.corrupt : EXIT.failed
}

/** One line for a person. */
export function messageOf(error: unknown): string {
  const known = error instanceof UsageError || error instanceof CommandError || error instanceof InterruptedError
  const { message } = known ? error : asPluginDockError(error)
  return message.replaceAll(/\s*\n\s*/g, ' ')
}
