import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Engine } from './engines.js'

/** A running browser with one page, in a process group of its own. */
export class EngineBrowser {
  readonly #process: ChildProcess
  readonly #ended: Promise<unknown>

  private constructor(process: ChildProcess) {
    this.#process = process
    this.#ended = once(process, 'exit')
  }

  static async launch(engine: Engine, profile: string, url: string): Promise<EngineBrowser> {
    const { path, args, environment } = await engine.command(profile, url)
    const env = { ...process.env, ...environment }
    return new EngineBrowser(spawn(path, args, { detached: true, stdio: 'ignore', env }))
  }

  /** Settles when it runs no more, killed or not. */
  get ended(): Promise<unknown> {
    return this.#ended
  }

  /** As a crash, or somebody who pulls the plug of the process, ends it. */
  async kill(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#process
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL')
    await this.#ended
  }
}
