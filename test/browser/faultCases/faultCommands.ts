import type { BrowserCommand } from 'vitest/node'
import {
  always,
  createScriptedOrigin,
  dropAfter,
  endless,
  type Fault,
  gzip,
  header,
  hideHeaders,
  html,
  ignoreRange,
  type ListeningOrigin,
  multipart,
  publishOn,
  redirect,
  refuseOrigins,
  refusePreflight,
  resetAfter,
  type ScriptedOrigin,
  seededBytes,
  status,
  swap,
  together,
  truncate,
  unfinishedChunks,
  wrongRange,
} from '../../../src/testing/index.js'
import { ignoreIfRange, whenResumed } from '../../integration/faultCases/serverFaults.js'
import { buildCase, type CaseBuild } from './caseBuild.js'

/** A fault by name: closures do not cross from the page to the origin's process. */
export type FaultCall =
  | readonly ['always' | 'whenResumed', FaultCall]
  | readonly ['together', ...FaultCall[]]
  | readonly ['dropAfter' | 'resetAfter' | 'status' | 'truncate' | 'unfinishedChunks' | 'wrongRange', number]
  | readonly ['gzip', 'ignored' | 'compressed']
  | readonly ['html' | 'redirect' | 'swap', string]
  | readonly ['header', string, string]
  | readonly [keyof typeof PLAIN]

const PLAIN = { endless, hideHeaders, ignoreIfRange, ignoreRange, multipart, refuseOrigins, refusePreflight }
const NUMBERED = { dropAfter, resetAfter, status, truncate, unfinishedChunks, wrongRange }

/** Bytes that are made on both sides. */
export interface OtherFile {
  readonly size: number
  readonly seed: string
  readonly etag?: string
}

export interface CaseAsked {
  /** `undefined` without a range. */
  readonly offset: number | undefined
  readonly headers: Readonly<Record<string, string>>
}

const origins = new Map<string, { readonly origin: ScriptedOrigin; readonly listening: ListeningOrigin }>()

const openCaseOrigin: BrowserCommand<[]> = async () => {
  const origin = createScriptedOrigin()
  const listening = await origin.listen()
  origins.set(listening.url, { origin, listening })
  return listening.url
}

const closeCaseOrigin: BrowserCommand<[url: string]> = async (_context, url) => {
  await origins.get(url)?.listening.close()
  origins.delete(url)
}

/** Answers the manifest's URL. */
const publishCase: BrowserCommand<[url: string, build: CaseBuild]> = async (_context, url, build) => {
  const origin = find(url)
  return publishOn(origin, await buildCase(build)).replace(origin.url, url)
}

const putCaseFile: BrowserCommand<[url: string, path: string, file: OtherFile]> = async (_context, url, path, file) => {
  const { size, seed, ...rest } = file
  find(url).put(path, { bytes: seededBytes(size, seed), ...rest })
}

const scriptCase: BrowserCommand<[url: string, path: string, calls: readonly FaultCall[]]> = async (
  _context,
  url,
  path,
  calls,
) => find(url).script(path, ...calls.map(toFault))

/** Requests of a path, or of all; preflights apart. */
const askedOfCase: BrowserCommand<[url: string, path: string | null, method: 'GET' | 'OPTIONS']> = async (
  _context,
  url,
  path,
  method,
): Promise<CaseAsked[]> =>
  find(url)
    .requests.filter((request) => (path === null || request.path === path) && request.method === method)
    .map(({ headers }) => {
      const offset = /^bytes=(\d+)-/.exec(headers.range ?? '')?.[1]
      return { offset: offset === undefined ? undefined : Number(offset), headers }
    })

function find(url: string): ScriptedOrigin {
  const found = origins.get(url)
  if (found) return found.origin
  throw new Error(`Nobody listens at ${url}`)
}

function toFault(call: FaultCall): Fault {
  switch (call[0]) {
    case 'always':
      return always(toFault(call[1]))
    case 'whenResumed':
      return whenResumed(toFault(call[1]))
    case 'together': {
      const [, ...faults] = call
      return together(...faults.map(toFault))
    }
    case 'gzip':
      return gzip(call[1])
    case 'html':
      return html(call[1])
    case 'redirect':
      return redirect(call[1])
    case 'swap':
      return swap(call[1])
    case 'header':
      return header(call[1], call[2])
    case 'dropAfter':
    case 'resetAfter':
    case 'status':
    case 'truncate':
    case 'unfinishedChunks':
    case 'wrongRange':
      return NUMBERED[call[0]](call[1])
    case 'endless':
    case 'hideHeaders':
    case 'ignoreIfRange':
    case 'ignoreRange':
    case 'multipart':
    case 'refuseOrigins':
    case 'refusePreflight':
      return PLAIN[call[0]]()
  }
}

export const faultCommands = {
  openCaseOrigin,
  closeCaseOrigin,
  publishCase,
  putCaseFile,
  scriptCase,
  askedOfCase,
}

declare module 'vitest/browser' {
  interface BrowserCommands {
    openCaseOrigin(): Promise<string>
    closeCaseOrigin(url: string): Promise<void>
    publishCase(url: string, build: CaseBuild): Promise<string>
    putCaseFile(url: string, path: string, file: OtherFile): Promise<void>
    scriptCase(url: string, path: string, calls: readonly FaultCall[]): Promise<void>
    askedOfCase(url: string, path: string | null, method: 'GET' | 'OPTIONS'): Promise<CaseAsked[]>
  }
}
