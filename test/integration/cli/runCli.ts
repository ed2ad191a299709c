import { Writable } from 'node:stream'
import type { ExitStatus } from '../../../src/cli/exitStatus.js'
import { run } from '../../../src/cli/run.js'

export interface CliRun {
  readonly stdout: () => string
  readonly stderr: () => string
  /** As Ctrl-C does. */
  readonly interrupt: () => void
  /** The first text on either stream that matches. */
  readonly says: (pattern: RegExp) => Promise<string>
  readonly status: Promise<ExitStatus>
}

/** Runs a command line in this process. */
export function startCli(args: readonly string[], { isTTY = false } = {}): CliRun {
  const listeners = new Set<() => void>()
  const heard = () => {
    for (const listener of listeners) listener()
  }
  const stdout = record(heard)
  const stderr = record(heard)
  const controller = new AbortController()
  Object.assign(stderr.stream, { isTTY, columns: 100 })
  const io = { stdout: stdout.stream, stderr: stderr.stream, isTTY, columns: () => 100, signal: controller.signal }
  return {
    stdout: stdout.text,
    stderr: stderr.text,
    interrupt: () => controller.abort(),
    says: (pattern) =>
      new Promise((resolve) => {
        const look = () => {
          const match = pattern.exec(stdout.text()) ?? pattern.exec(stderr.text())
          if (match) resolve(match[0])
        }
        listeners.add(look)
        look()
      }),
    status: run(args, io),
  }
}

/** Runs one to its end. */
export async function runCli(
  ...args: readonly string[]
): Promise<{ status: ExitStatus; stdout: string; stderr: string }> {
  const cli = startCli(args)
  const status = await cli.status
  return { status, stdout: cli.stdout(), stderr: cli.stderr() }
}

/** Standard output as JSON lines. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

function record(heard: () => void) {
  const pieces: Buffer[] = []
  const stream = new Writable({
    write(piece: Buffer, _encoding, done) {
      pieces.push(piece)
      heard()
      done()
    },
  })
  return { stream, text: () => Buffer.concat(pieces).toString() }
}
