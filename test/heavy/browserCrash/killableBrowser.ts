import { type ChildProcess, spawn } from 'node:child_process'
import { chromiumPath, LAUNCH_ARGUMENTS } from '../../browser/chromium.js'

/** A headless Chromium on a profile that outlives it, in a process group of its own. */
export class KillableBrowser {
  readonly #process: ChildProcess
  readonly #ended: Promise<void>

  constructor(profile: string, url: string) {
    const args = [
      '--headless=new',
      ...LAUNCH_ARGUMENTS,
      '--no-default-browser-check',
      `--user-data-dir=${profile}`,
      url,
    ]
    this.#process = spawn(chromiumPath(), args, { detached: true, stdio: 'ignore' })
    this.#ended = new Promise((resolve) => this.#process.once('exit', () => resolve()))
  }

  /** As a crash, or somebody who pulls the plug of the process, ends it. */
  async kill(): Promise<void> {
    if (this.#process.pid !== undefined && this.#process.exitCode === null) process.kill(-this.#process.pid, 'SIGKILL')
    await this.#ended
  }
}
