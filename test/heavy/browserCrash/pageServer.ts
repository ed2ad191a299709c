import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { build } from 'vite'

/** What the page found in the end. */
export interface Report {
  readonly sha256?: string
  /** Everything that lies in the dock's folder. */
  readonly files?: readonly string[]
  readonly error?: string
}

/** Serves the page, built as an app would build it, always under the same origin. */
export interface PageServer<T = Report> {
  readonly url: string
  /** The next one. */
  report(): Promise<T>
  close(): Promise<void>
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' }

/** `root`: where the page's sources lie; `T`: what it tells. */
export async function servePage<T = Report>(
  folder: string,
  root: string = import.meta.dirname,
): Promise<PageServer<T>> {
  const outDir = join(folder, 'page')
  await build({ root, configFile: false, logLevel: 'warn', build: { outDir, emptyOutDir: true } })
  let told: (report: T) => void = () => {}
  const server = createServer((request, response) => {
    if (request.method === 'POST') void readBody(request).then((body) => told(JSON.parse(body)))
    void sendFile(outDir, request.method === 'POST' ? '/index.html' : (request.url ?? '/'), response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}`,
    report: () =>
      new Promise((resolve) => {
        told = resolve
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function sendFile(folder: string, url: string, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(url, 'http://page.test')
  const path = pathname === '/' ? '/index.html' : pathname
  try {
    const bytes = await readFile(join(folder, path))
    response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(bytes)
  } catch {
    response.writeHead(404).end()
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}
