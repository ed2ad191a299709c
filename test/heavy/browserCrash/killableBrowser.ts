import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { withinTime } from '../../../src/domain/timeLimit.js'
import { chromiumPath, LAUNCH_ARGUMENTS } from '../../browser/chromium.js'

const PATIENCE_MS = 90_000

/**
 * Where browsers, one after the other, keep what they store. Each try of a test makes one of its own: a browser that is
 * started on a profile of one that still runs hands its address over to that one, and ends.
 */
export class Profile {
  readonly #folder: string
  readonly #browsers = new Set<KillableBrowser>()
  #isClosed = false

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async make(parent: string): Promise<Profile> {
    return new Profile(await mkdtemp(join(parent, 'profile-')))
  }

  /** Throws once it is closed: a test that ran out of time may not know yet. */
  launch(url: string): KillableBrowser {
    if (this.#isClosed) throw new Error('The test is over')
    const browser = new KillableBrowser(this.#folder, url)
    this.#browsers.add(browser)
    return browser
  }

  /** Kills what runs, and removes all that was stored. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const browser of this.#browsers) await browser.kill()
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A headless Chromium in a process group of its own. */
export class KillableBrowser {
  readonly #process: ChildProcess
  readonly #ended: Promise<unknown>

  constructor(profile: string, url: string) {
    const args = [
      '--headless=new',
      ...LAUNCH_ARGUMENTS,
      '--no-default-browser-check',
      `--user-data-dir=${profile}`,
      url,
    ]
    this.#process = spawn(chromiumPath(), args, { detached: true, stdio: 'ignore' })
    this.#ended = once(this.#process, 'exit')
  }

  /** What its page is waited for to tell. Rejects where the browser ends before, or nothing comes for a long time. */
  async until<T>(told: Promise<T>): Promise<T> {
    const ended = this.#ended.then(() => {
      const { exitCode, signalCode } = this.#process
      throw new Error(`The browser ended (${signalCode ?? `status ${exitCode}`}) before its page told anything`)
    })
    const onLate = () => new Error(`The page told nothing for ${PATIENCE_MS} ms`)
    return withinTime(Promise.race([told, ended]), { timers: globalThis, limitMs: PATIENCE_MS, onLate })
  }

  /** As a crash, or somebody who pulls the plug of the process, ends it. */
  async kill(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#process
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL')
    await this.#ended
  }
}
