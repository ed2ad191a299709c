import { once } from 'node:events'
import { readdir, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import type { Act } from '../act.js'
import { CommandError } from '../cliErrors.js'
import { EXIT, type ExitStatus } from '../exitStatus.js'
import { parsePort } from '../flags.js'
import { type CliIo, writeJson, writeLine } from '../io.js'
import { createStaticOrigin } from '../staticOrigin.js'

interface ServeFlags {
  readonly port: number
  readonly host: string
  readonly json?: boolean
}

export function addServe(program: Command, act: Act): void {
  program
    .command('serve')
    .summary('serve a folder for development')
    .description('Serve a folder over HTTP, with ranges and CORS, until it is interrupted. For development only.')
    .argument('<dir>', 'the folder, such as where pack wrote to')
    .option('--port <port>', '0 is any free port', parsePort, 0)
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--json', 'print one JSON object')
    .action((directory: string, flags: ServeFlags) => act((io) => serve(io, resolve(directory), flags)))
}

async function serve(io: CliIo, directory: string, { port, host, json }: ServeFlags): Promise<ExitStatus> {
  const names = await listManifests(directory)
  const server = createServer(createStaticOrigin(directory))
  await listen(server, port, host)
  const url = urlOf(server)
  const manifests = names.map((name) => new URL(name, url).href)
  if (json) writeJson(io.stdout, { type: 'serving', directory, url, manifests })
  else for (const line of [`Serving ${directory} at ${url}`, ...manifests]) writeLine(io.stdout, line)
  if (!io.signal.aborted) await once(io.signal, 'abort')
  server.close()
  server.closeAllConnections()
  return EXIT.done
}

/** Of the folder itself and of those in it: what a person would install next. */
async function listManifests(directory: string): Promise<string[]> {
  const about = await stat(directory).catch(() => undefined)
  if (!about?.isDirectory()) throw new CommandError(`There is no folder at ${directory}`)
  const entries = await readdir(directory, { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const candidates = ['manifest.json', ...folders.map((name) => `${encodeURIComponent(name)}/manifest.json`)]
  const found = await Promise.all(candidates.map((name) => isFile(join(directory, decodeURIComponent(name)))))
  return candidates.filter((_, at) => found[at]).sort()
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new CommandError(listenMessage(error, port, host), { cause: error })
  }
}

function listenMessage(error: unknown, port: number, host: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return `Port ${port} of ${host} is already in use; choose another with --port`
  if (code === 'EACCES') return `No permission to listen on port ${port}; choose one above 1023 with --port`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `This machine has no address ${host}`
  return `Cannot listen on port ${port} of ${host}: ${error instanceof Error ? error.message : String(error)}`
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo // it listens on TCP, never on a pipe
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/`
}
