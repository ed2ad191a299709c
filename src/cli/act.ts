import type { ExitStatus } from './exitStatus.js'
import type { CliIo } from './io.js'

/** Runs a command that was understood; its status becomes the process's. */
export type Act = (command: (io: CliIo) => Promise<ExitStatus>) => Promise<void>
