import type { BrowserCommand } from 'vitest/node'
import {
  buildPlugin,
  corrupt,
  createScriptedOrigin,
  dropAfter,
  type Fault,
  header,
  type ListeningOrigin,
  type PluginBuild,
  pass,
  publishOn,
  redirect,
  type ScriptedOrigin,
  stall,
  status,
  together,
} from '../../src/testing/index.js'

/** A fault by name and number: closures do not cross from the page to the origin's process. */
export type NamedFault =
  | readonly ['pass']
  | readonly ['redirect', string]
  | readonly ['busy' | 'corrupt' | 'dropAfter' | 'stall', number]

export interface Asked {
  readonly path: string
  readonly range: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly bytesSent: number
}

const origins = new Map<string, { readonly origin: ScriptedOrigin; readonly listening: ListeningOrigin }>()

const openOrigin: BrowserCommand<[]> = async () => {
  const origin = createScriptedOrigin()
  const listening = await origin.listen()
  origins.set(listening.url, { origin, listening })
  return listening.url
}

const closeOrigin: BrowserCommand<[url: string]> = async (_context, url) => {
  await origins.get(url)?.listening.close()
  origins.delete(url)
}

/** Answers the manifest's URL. */
const publish: BrowserCommand<[url: string, build: PluginBuild]> = async (_context, url, build) => {
  const { origin } = find(url)
  return publishOn(origin, await buildPlugin(build)).replace(origin.url, url)
}

/** A plugin whose one file is `code`. */
const publishCode: BrowserCommand<[url: string, code: readonly number[]]> = async (context, url, code) =>
  publish(context, url, { bytes: Uint8Array.from(code) })

const putFile: BrowserCommand<[url: string, path: string, bytes: readonly number[], etag: string | null]> = async (
  _context,
  url,
  path,
  bytes,
  etag,
) => find(url).origin.put(path, { bytes: Uint8Array.from(bytes), etag })

const scriptFaults: BrowserCommand<[url: string, path: string, faults: readonly NamedFault[]]> = async (
  _context,
  url,
  path,
  faults,
) => find(url).origin.script(path, ...faults.map(toFault))

const limitOrigin: BrowserCommand<[url: string, bytesPerSecond: number | null]> = async (_context, url, limit) => {
  find(url).origin.limitBytesPerSecond = limit ?? undefined
}

/** Requests for a path so far, preflights left out. */
const requestsOf: BrowserCommand<[url: string, path: string]> = async (_context, url, path): Promise<Asked[]> =>
  find(url)
    .origin.requests.filter((request) => request.path === path && request.method !== 'OPTIONS')
    .map(({ headers, bytesSent }) => ({ path, range: headers.range, headers, bytesSent }))

function find(url: string) {
  const found = origins.get(url)
  if (found) return found
  throw new Error(`Nobody listens at ${url}`)
}

function toFault([name, value]: NamedFault): Fault {
  switch (name) {
    case 'pass':
      return pass()
    case 'redirect':
      return redirect(value)
    case 'busy':
      return together(status(503, { retryAfter: value }), header('access-control-expose-headers', 'Retry-After'))
    case 'corrupt':
      return corrupt(value)
    case 'dropAfter':
      return dropAfter(value)
    case 'stall':
      return stall(value)
  }
}

export const originCommands = {
  openOrigin,
  closeOrigin,
  publish,
  publishCode,
  putFile,
  scriptFaults,
  limitOrigin,
  requestsOf,
}

declare module 'vitest/browser' {
  interface BrowserCommands {
    openOrigin(): Promise<string>
    closeOrigin(url: string): Promise<void>
    publish(url: string, build: PluginBuild): Promise<string>
    publishCode(url: string, code: readonly number[]): Promise<string>
    putFile(url: string, path: string, bytes: readonly number[], etag: string | null): Promise<void>
    scriptFaults(url: string, path: string, faults: readonly NamedFault[]): Promise<void>
    limitOrigin(url: string, bytesPerSecond: number | null): Promise<void>
    requestsOf(url: string, path: string): Promise<Asked[]>
  }
}
