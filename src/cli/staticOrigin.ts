import type { BigIntStats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http'
import { extname, isAbsolute, join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type ByteRange, parseRange } from './byteRange.js'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.zip': 'application/zip',
}

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'Accept-Ranges, Content-Length, Content-Range, ETag, Last-Modified',
}
const PREFLIGHT = {
  ...CORS,
  'Access-Control-Allow-Methods': 'GET, HEAD, OPTIONS',
  'Access-Control-Allow-Headers': 'Range, If-Range, If-None-Match',
  'Access-Control-Max-Age': '600',
}

/**
 * The files of a folder over HTTP, as a download manager wants them: strong ETags, ranges with `If-Range`, readable
 * across origins, never compressed. A file is opened once for its headers and its bytes, so the two always agree.
 */
export function createStaticOrigin(directory: string): RequestListener {
  return (request, response) => {
    answer(directory, request, response).catch(() => response.destroy())
  }
}

async function answer(directory: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'OPTIONS') return end(response, 204, PREFLIGHT)
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(response, 405, { ...CORS, Allow: 'GET, HEAD' })
  const path = pathOf(directory, request.url ?? '/')
  if (path === undefined || !(await isFile(path))) return end(response, 404, CORS)
  const file = await open(path)
  try {
    await sendFile(file, headersOf(path, await file.stat({ bigint: true })), request, response)
  } finally {
    await file.close()
  }
}

/** `undefined` for what leads out of the folder, or cannot be decoded. */
function pathOf(directory: string, url: string): string | undefined {
  try {
    const path = join(directory, decodeURIComponent(new URL(url, 'http://localhost').pathname))
    const way = relative(directory, path)
    return way.split(sep)[0] === '..' || isAbsolute(way) ? undefined : path
  } catch {
    return undefined
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true
}

function headersOf(path: string, { ino, size, mtimeNs, mtime }: BigIntStats) {
  return {
    ...CORS,
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'no-cache',
    'Content-Length': Number(size),
    'Content-Type': TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    ETag: `"${[ino, size, mtimeNs].map((number) => number.toString(36)).join('-')}"`,
    'Last-Modified': mtime.toUTCString(),
  }
}

async function sendFile(
  file: FileHandle,
  headers: ReturnType<typeof headersOf>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { 'Content-Length': size, ...about } = headers
  if (request.headers['if-none-match'] === headers.ETag) return end(response, 304, about)
  const range = rangeOf(request, headers.ETag, size)
  if (range === 'unsatisfiable') return end(response, 416, { ...about, 'Content-Range': `bytes */${size}` })
  if (!range) response.writeHead(200, headers)
  else response.writeHead(206, { ...about, ...partHeaders(range, size) })
  if (request.method === 'HEAD' || size === 0) response.end()
  else await pipeline(file.createReadStream({ ...range, autoClose: false }), response)
}

/** A range of another state of the file is never sent: then the whole is. */
function rangeOf({ headers }: IncomingMessage, etag: string, size: number): ReturnType<typeof parseRange> {
  const ifRange = headers['if-range']
  return ifRange === undefined || ifRange === etag ? parseRange(headers.range, size) : undefined
}

function partHeaders({ start, end: last }: ByteRange, size: number): OutgoingHttpHeaders {
  return { 'Content-Length': last - start + 1, 'Content-Range': `bytes ${start}-${last}/${size}` }
}

function end(response: ServerResponse, status: number, headers: OutgoingHttpHeaders): void {
  response.writeHead(status, headers).end()
}
