import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { DownloadProgress } from '../../../src/domain/progress.js'

const CLI = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url))

/** `plugdock install <url> --store <directory> --json` in a process of its own. */
export class CliProcess {
  /** The latest that it told of. */
  latest: DownloadProgress | undefined
  readonly #child: ChildProcessByStdio<null, Readable, null>
  readonly #ended: Promise<unknown[]>
  readonly #listeners = new Set<(progress: DownloadProgress) => void>()

  private constructor(child: ChildProcessByStdio<null, Readable, null>) {
    this.#child = child
    this.#ended = once(child, 'exit')
    createInterface(child.stdout).on('line', (line) => {
      const { type, ...progress } = JSON.parse(line)
      if (type !== 'progress') return
      this.latest = progress
      for (const listen of this.#listeners) listen(progress)
    })
  }

  static async install(url: string, directory: string): Promise<CliProcess> {
    await access(CLI).catch((cause: unknown) => {
      throw new Error('The package is not built: `npm run build` comes first', { cause })
    })
    const args = [CLI, 'install', url, '--store', directory, '--json']
    return new CliProcess(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }))
  }

  /** Settles once it tells of a progress that is wanted; rejects where it ends before. */
  says(isWanted: (progress: DownloadProgress) => boolean): Promise<DownloadProgress> {
    return new Promise((resolve, reject) => {
      const listen = (progress: DownloadProgress) => {
        if (!isWanted(progress)) return
        this.#listeners.delete(listen)
        resolve(progress)
      }
      this.#listeners.add(listen)
      void this.#ended.then(() => reject(new Error('It ended before')))
    })
  }

  /** Settles once it is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  async status(): Promise<unknown> {
    const [status] = await this.#ended
    return status
  }
}
