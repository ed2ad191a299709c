import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const SCRIPT = fileURLToPath(new URL('./victim.mjs', import.meta.url))

type Line = 'born' | 'open' | 'installed'

/** A process with a dock that never rests. */
export class Victim {
  readonly #child: ChildProcessByStdio<null, Readable, null>
  readonly #ended: Promise<unknown[]>
  readonly #said = new Set<string>()
  readonly #listeners = new Set<() => void>()

  constructor(directory: string, seed: number, manifests: readonly string[]) {
    const args = [SCRIPT, directory, String(seed), ...manifests]
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#ended = once(this.#child, 'exit')
    createInterface(this.#child.stdout).on('line', (line) => {
      this.#said.add(line)
      for (const listen of this.#listeners) listen()
    })
  }

  /** `born`: it runs; `open`: it has a dock. Rejects where it ends before. */
  says(line: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      const listen = (): void => {
        if (this.#said.has(line)) resolve()
      }
      this.#listeners.add(listen)
      listen()
      void this.#ended.then(() => reject(new Error(`The victim ended before it said ${line}`)))
    })
  }

  hasSaid(line: Line): boolean {
    return this.#said.has(line)
  }

  /** Settles once it is gone; rejects where it had ended by itself. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    const [status, signal] = await this.#ended
    if (signal !== 'SIGKILL') throw new Error(`The victim ended by itself, with status ${status}`)
  }
}
