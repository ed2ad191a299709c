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

/** One line of text for people. What others wrote may be in it: it moves no cursor, and hides nothing. */
export function writeLine(stream: Writable, line: string): void {
  stream.write(`${printable(line)}\n`)
}

function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: reason: those are what is looked for
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, '?')
}

/** One JSON object a line. */
export function writeJson(stream: Writable, value: unknown): void {
  stream.write(`${JSON.stringify(value)}\n`)
}
