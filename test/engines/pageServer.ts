import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { build } from 'vite'
import { withinTime } from '../../src/domain/timeLimit.js'

/** What the page is asked to do: the name of one of its commands, and what it is given. */
interface Asked {
  readonly id: number
  readonly name: string
  readonly args: readonly unknown[]
}

interface Told {
  readonly id?: number
  readonly value?: unknown
  readonly error?: { readonly name: string; readonly code?: string; readonly message: string }
  /** What nobody caught. */
  readonly broken?: string
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** Less than a test has. */
const PATIENCE_MS = 90_000

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' }

/**
 * Serves the page, built as an app would build it, always under the same origin, and has it do things: no browser's own
 * protocol is needed for that, so a browser can run as users run it.
 */
export class PageServer {
  readonly #server: Server
  readonly #folder: string
  readonly #queue: Asked[] = []
  readonly #waiting = new Map<number, Waiting>()
  #page: string | undefined
  #asks: ServerResponse | undefined
  #asked = 0
  #broken: string[] = []

  private constructor(folder: string) {
    this.#folder = folder
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  static async open(folder: string): Promise<PageServer> {
    const outDir = join(folder, 'page')
    const root = join(import.meta.dirname, 'page')
    await build({ root, configFile: false, logLevel: 'warn', build: { outDir, emptyOutDir: true } })
    const server = new PageServer(outDir)
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  get url(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  }

  /**
   * Has the page do something, as soon as there is one that asks. Rejects with what it failed with, its code included,
   * and where nothing comes of it for a long time.
   */
  call(name: string, ...args: readonly unknown[]): Promise<unknown> {
    this.#asked++
    const asked = { id: this.#asked, name, args }
    const done = new Promise((resolve, reject) => {
      this.#waiting.set(asked.id, { resolve, reject })
      this.#queue.push(asked)
      this.#hand()
    })
    const onLate = () =>
      new Error(`The page was not done with "${name}" for ${PATIENCE_MS} ms. ${this.#broken.join('; ')}`)
    return withinTime(done, { timers: globalThis, limitMs: PATIENCE_MS, onLate })
  }

  /** What nobody in the page caught since this was last asked. */
  takeBroken(): readonly string[] {
    const broken = this.#broken
    this.#broken = []
    return broken
  }

  /** Forgets what a browser that was killed was asked, and what it asked. */
  forget(): void {
    this.#queue.length = 0
    for (const { reject } of this.#waiting.values()) reject(new Error('The browser is gone'))
    this.#waiting.clear()
    this.#asks?.destroy()
    this.#asks = undefined
    this.#page = undefined
  }

  async close(): Promise<void> {
    this.forget()
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  #hand(): void {
    const response = this.#asks
    const next = this.#queue[0]
    if (!response || !next) return
    this.#asks = undefined
    this.#queue.shift()
    response.end(JSON.stringify(next))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.startsWith('/command?')) return this.#listenTo(request.url, response)
    if (request.method === 'POST') {
      this.#hear(JSON.parse(await readBody(request)))
      return void response.end()
    }
    await this.#sendFile(request.url ?? '/', response)
  }

  /** Of several pages only the first; the others are left waiting. */
  #listenTo(page: string, response: ServerResponse): void {
    this.#page ??= page
    if (page !== this.#page) return
    this.#asks = response
    response.once('close', () => {
      if (this.#asks === response) this.#asks = undefined
    })
    this.#hand()
  }

  #hear({ id = 0, value, error, broken }: Told): void {
    if (broken !== undefined) this.#broken.push(broken)
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if (error) waiting?.reject(Object.assign(new Error(error.message), error))
    else waiting?.resolve(value)
  }

  async #sendFile(url: string, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(url, 'http://page.test')
    const path = pathname === '/' ? '/index.html' : pathname
    try {
      const bytes = await readFile(join(this.#folder, path))
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(bytes)
    } catch {
      response.writeHead(404).end()
    }
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}
