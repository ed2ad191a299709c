import { readFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { build, createServer, preview } from 'vite'

/** `build`: what was built, on a server that knows nothing of Vite. */
export type Mode = 'dev' | 'build' | 'preview'

export interface ServedApp {
  readonly url: string
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
}

export async function serveApp(root: string, mode: Mode): Promise<ServedApp> {
  switch (mode) {
    case 'dev':
      return serveDev(root)
    case 'build':
      return serveBuilt(root)
    case 'preview':
      return servePreview(root)
  }
}

async function serveDev(root: string): Promise<ServedApp> {
  const server = await createServer({ root, logLevel: 'warn', server: { host: HOST, port: 0 } })
  await server.listen()
  return { url: urlOf(server.httpServer?.address()), close: () => server.close() }
}

async function serveBuilt(root: string): Promise<ServedApp> {
  await build({ root, logLevel: 'error' })
  const server = createHttpServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://app')
    const file = pathname === '/' ? '/index.html' : pathname
    readFile(join(root, 'dist', file)).then(
      (bytes) => response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream').end(bytes),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  return {
    url: urlOf(server.address()),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function servePreview(root: string): Promise<ServedApp> {
  await build({ root, logLevel: 'error' })
  const server = await preview({ root, logLevel: 'warn', preview: { host: HOST, port: 0 } })
  return { url: urlOf(server.httpServer.address()), close: () => server.close() }
}

function urlOf(address: AddressInfo | string | null | undefined): string {
  if (address && typeof address === 'object') return `http://${HOST}:${address.port}/`
  throw new Error('The server has no address')
}
