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

/** One call at the page, by one browser. */
export interface Visit<T> {
  readonly url: string
  /** The first thing that the page tells. What a page of an earlier visit tells late is none of it. */
  readonly told: Promise<T>
}

/** Serves the page, built as an app would build it, always under the same origin. */
export interface PageServer<T = Report> {
  readonly url: string
  /** `query`: for the page. */
  visit(query: readonly (readonly [name: string, value: string])[]): Visit<T>
  /** What pages could not do, or nobody caught in them, since this was last asked. */
  takeErrors(): readonly string[]
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
  const told = new Map<string, (report: T) => void>()
  let visits = 0
  let errors: string[] = []
  const hear = (visit: string, report: T & { readonly error?: string }): void => {
    if (report.error !== undefined) errors.push(report.error)
    told.get(visit)?.(report)
  }
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return void sendFile(outDir, request.url ?? '/', response)
    // one that is killed while it tells something has told nothing
    readBody(request).then(
      (body) => {
        response.writeHead(204).end()
        hear(queryOf(request).get('visit') ?? '', JSON.parse(body))
      },
      () => {},
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    visit(query) {
      visits++
      const visit = String(visits)
      const asked = new URLSearchParams([['visit', visit], ...query.map((pair) => [...pair])])
      return { url: `${url}/?${asked}`, told: new Promise((resolve) => told.set(visit, resolve)) }
    },
    takeErrors() {
      const taken = errors
      errors = []
      return taken
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function queryOf({ url = '/' }: IncomingMessage): URLSearchParams {
  return new URL(url, 'http://page.test').searchParams
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
