import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { chmod, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { CONFIGURATIONS, type Compression, type Configuration } from './configurations.js'
import type { ServerName } from './findServers.js'

const LOOPBACK = '127.0.0.1'
const POLL_MS = 20

export interface RealServerOptions {
  readonly name: ServerName
  readonly path: string
  readonly compression: Compression
}

/** A server as people run it, in the foreground on a free port, with everything it writes in a folder of its own. */
export class RealServer {
  readonly port: number
  readonly #folder: string
  readonly #options: RealServerOptions
  readonly #configuration: Configuration
  #process: ChildProcess | undefined

  private constructor(options: RealServerOptions, folder: string, port: number) {
    this.#options = options
    this.#folder = folder
    this.port = port
    this.#configuration = CONFIGURATIONS[options.name]({ folder, port, compression: options.compression })
  }

  static async open(options: RealServerOptions): Promise<RealServer> {
    const folder = await mkdtemp(join(tmpdir(), `plugdock-${options.name}-`))
    // one that was started by root reads as nobody
    await chmod(folder, 0o755)
    await mkdir(join(folder, 'www'))
    const server = new RealServer(options, folder, await freePort())
    await writeFile(server.#configurationPath, server.#configuration.text)
    try {
      await server.start()
    } catch (error) {
      await server.close()
      throw error
    }
    return server
  }

  get url(): string {
    return `http://${LOOPBACK}:${this.port}`
  }

  /** Where what it serves lies. */
  get root(): string {
    return join(this.#folder, 'www')
  }

  /** Writes over what is there, in the same inode, as `cp` and many deployments do; and says when that was. */
  async put(name: string, bytes: Uint8Array, modifiedAt: Date): Promise<void> {
    await this.#write(join(this.root, name), bytes, modifiedAt)
    if (this.#options.compression === 'forced') {
      await this.#write(join(this.root, `${name}.gz`), gzipSync(bytes, { level: 1 }), modifiedAt)
    }
  }

  /** Settles once it answers. */
  async start(): Promise<void> {
    const output = await open(this.#outputPath, 'a')
    const child = spawn(this.#options.path, this.#configuration.args(this.#configurationPath), {
      stdio: ['ignore', output.fd, output.fd],
      env: { PATH: process.env.PATH, HOME: this.#folder },
    })
    this.#process = child
    await output.close()
    const ended = once(child, 'exit').then(async () => this.#explain())
    await Promise.race([this.#untilItAnswers(child), ended])
  }

  /** As a crash ends it. Settles once it is gone. */
  async kill(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  async close(): Promise<void> {
    await this.kill()
    await rm(this.#folder, { recursive: true, force: true })
  }

  get #configurationPath(): string {
    return join(this.#folder, this.#configuration.fileName)
  }

  get #outputPath(): string {
    return join(this.#folder, 'output.log')
  }

  async #write(path: string, bytes: Uint8Array, modifiedAt: Date): Promise<void> {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o644)
    try {
      await file.writeFile(bytes)
      await file.truncate(bytes.length)
      await file.utimes(modifiedAt, modifiedAt)
    } finally {
      await file.close()
    }
  }

  async #untilItAnswers(child: ChildProcess): Promise<void> {
    while (child.exitCode === null && child.signalCode === null) {
      const answer = await fetch(this.url).catch(() => undefined)
      await answer?.body?.cancel()
      if (answer) return
      await delay(POLL_MS)
    }
  }

  async #explain(): Promise<never> {
    const logs = [this.#outputPath, join(this.#folder, 'error.log')]
    const texts = await Promise.all(logs.map((path) => readFile(path, 'utf8').catch(() => '')))
    throw new Error(`${this.#options.name} did not start: ${texts.join('')}`)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('There is no free port')
  return address.port
}
