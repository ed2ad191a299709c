import type { Writable } from 'node:stream'
import { EXIT } from './exitStatus.js'
import type { CliIo } from './io.js'

const DEFAULT_COLUMNS = 80

/** This process's own streams and signals. The first Ctrl-C asks to stop, the second one stops. */
export function processIo(): CliIo {
  const { stdout, stderr } = process
  for (const stream of [stdout, stderr]) stream.on('error', endUnlessNobodyReads)
  return {
    stdout,
    stderr,
    isTTY: stderr.isTTY === true,
    columns: () => stderr.columns ?? DEFAULT_COLUMNS,
    signal: interruption(),
  }
}

/** Waits until everything that was written has left the process. */
export async function writtenOut({ stdout, stderr }: CliIo): Promise<void> {
  await Promise.all([stdout, stderr].map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve()))))
}

/** `plugdock list | head -1` is no failure: head has what it wanted, and what follows may be lost. */
function endUnlessNobodyReads(this: Writable, error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return
  if (this !== process.stderr) process.stderr.write(`plugdock: Cannot write the output: ${error.message}\n`)
  process.exit(EXIT.failed)
}

function interruption(): AbortSignal {
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted)
    controller.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return controller.signal
}
