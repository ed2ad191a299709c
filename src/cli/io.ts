import type { Writable } from 'node:stream'

/** What a command may touch of the process it runs in. */
export interface CliIo {
  /** Results. */
  readonly stdout: Writable
  /** Progress, hints and errors. */
  readonly stderr: Writable
  /** Whether a person watches `stderr`, so that progress can be drawn in place. */
  readonly isTTY: boolean
  /** Width of the terminal in characters, asked for each time. */
  readonly columns: () => number
  /** Aborted when the person wants to stop (Ctrl-C, SIGTERM). */
  readonly signal: AbortSignal
}

/** One line of text for people or programs. */
export function writeLine(stream: Writable, line: string): void {
  stream.write(`${line}\n`)
}

/** One JSON object a line. */
export function writeJson(stream: Writable, value: unknown): void {
  writeLine(stream, JSON.stringify(value))
}
