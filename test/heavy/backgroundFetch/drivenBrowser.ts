import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright'
import { chromiumPath, LAUNCH_ARGUMENTS } from '../../browser/chromium.js'

const LOOK_MS = 50
const LOOKS = 600

/** A headless Chromium on a profile that outlives it: it can be driven, and killed. It has an empty page of its own. */
export class DrivenBrowser {
  readonly #process: ChildProcess
  readonly #browser: Browser
  readonly #ended: Promise<unknown>

  private constructor(process: ChildProcess, browser: Browser, ended: Promise<unknown>) {
    this.#process = process
    this.#browser = browser
    this.#ended = ended
  }

  static async launch(profile: string): Promise<DrivenBrowser> {
    const portFile = join(profile, 'DevToolsActivePort')
    await rm(portFile, { force: true })
    const args = [
      '--headless=new',
      ...LAUNCH_ARGUMENTS,
      '--no-default-browser-check',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ]
    const process = spawn(chromiumPath(), args, { detached: true, stdio: 'ignore' })
    const ended = once(process, 'exit')
    const port = await portIn(portFile)
    return new DrivenBrowser(process, await chromium.connectOverCDP(`http://127.0.0.1:${port}`), ended)
  }

  async open(url: string): Promise<Page> {
    const [context] = this.#browser.contexts()
    if (!context) throw new Error('The browser has no context')
    const page = await context.newPage()
    await page.goto(url)
    await page.waitForFunction('globalThis.app !== undefined')
    return page
  }

  /** As a crash ends it. */
  async kill(): Promise<void> {
    const { pid, exitCode, signalCode } = this.#process
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL')
    await this.#ended
  }
}

/** The browser writes it when it listens. */
async function portIn(file: string): Promise<number> {
  for (let look = 0; look < LOOKS; look++) {
    const [port] = (await readFile(file, 'utf8').catch(() => '')).split('\n')
    if (port) return Number(port)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  throw new Error('The browser does not listen')
}
