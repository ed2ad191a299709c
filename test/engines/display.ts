import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'

/** A screen that nobody sees, for browsers that want one. */
export class Display {
  readonly name: string
  readonly #server: ChildProcess

  private constructor(server: ChildProcess, number: string) {
    this.#server = server
    this.name = `:${number}`
  }

  static async open(path: string): Promise<Display> {
    const args = ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp']
    const server = spawn(path, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
    const number = server.stdio[3] as Readable // reason: the fourth was asked to be a pipe
    const [told] = await Promise.race([once(number, 'data'), once(server, 'exit')])
    if (!Buffer.isBuffer(told)) throw new Error(`${path} did not open a display`)
    return new Display(server, told.toString().trim())
  }

  async close(): Promise<void> {
    const ended = once(this.#server, 'exit')
    this.#server.kill()
    await ended
  }
}
