import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { withinTime } from '../../../src/domain/timeLimit.js'

const SCRIPT = fileURLToPath(new URL('./victim.mjs', import.meta.url))

type Line = 'born' | 'open' | 'installed'

const PATIENCE_MS = 90_000

/** A directory, and the processes that want it: each try of a test has its own. */
export class Scene {
  readonly directory: string
  readonly #victims = new Set<Victim>()
  #isClosed = false

  private constructor(directory: string) {
    this.directory = directory
  }

  static async make(parent: string): Promise<Scene> {
    return new Scene(await mkdtemp(join(parent, 'scene-')))
  }

  /** Throws once it is closed: a test that ran out of time may not know yet. */
  start(seed: number, manifests: readonly string[]): Victim {
    if (this.#isClosed) throw new Error('The test is over')
    const victim = new Victim(this.directory, seed, manifests)
    this.#victims.add(victim)
    return victim
  }

  /** Kills what runs. */
  async close(): Promise<void> {
    this.#isClosed = true
    // of one that had ended by itself the test has heard
    for (const victim of this.#victims) await victim.kill().catch(() => {})
  }
}

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

  /** `born`: it runs; `open`: it has a dock. Rejects where it ends before, or says nothing of that for a long time. */
  says(line: Line): Promise<void> {
    const said = new Promise<void>((resolve, reject) => {
      const listen = (): void => {
        if (this.#said.has(line)) resolve()
      }
      this.#listeners.add(listen)
      listen()
      void this.#ended.then(() => reject(new Error(`The victim ended before it said ${line}`)))
    })
    const onLate = () => new Error(`The victim did not say ${line} for ${PATIENCE_MS} ms`)
    return withinTime(said, { timers: globalThis, limitMs: PATIENCE_MS, onLate })
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
