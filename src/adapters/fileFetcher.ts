import { type FileHandle, open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { NetworkError, UntrustedOriginError } from '../domain/errors/index.js'
import type { ByteSource, FetchAnswer, Fetcher, FetchRequest } from '../ports/fetcher.js'
import { systemCode } from './fsErrors.js'

/**
 * Answers `file:` URLs as a server with ranges would: 200, 206 with `content-range`, 404, 403, 416. For the command
 * line only, where a person typed the path.
 */
export function createFileFetcher(): Fetcher {
  return { open: openFile }
}

async function openFile({ url, range, signal }: FetchRequest): Promise<FetchAnswer> {
  signal.throwIfAborted()
  const path = pathOf(url)
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    const stats = await file.stat()
    signal.throwIfAborted()
    if (stats.isFile()) return answerFrom(file, { url, signal, size: stats.size, range })
    await file.close()
    return refusal(url, 404)
  } catch (error) {
    await file?.close()
    if (signal.aborted) throw signal.reason
    return refusal(url, refusalStatus(error, url))
  }
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url)
  } catch (cause) {
    throw new UntrustedOriginError(`"${url}" is no address of a local file`, { url }, { cause })
  }
}

function refusalStatus(error: unknown, url: string): number {
  const code = systemCode(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return 404
  if (code === 'EACCES' || code === 'EPERM') return 403
  const text = error instanceof Error ? error.message : String(error)
  throw new NetworkError(`Cannot read ${url}: ${text}`, { url }, { cause: error })
}

interface OpenFile {
  readonly url: string
  readonly signal: AbortSignal
  readonly size: number
  readonly range: FetchRequest['range']
}

async function answerFrom(file: FileHandle, { url, signal, size, range }: OpenFile): Promise<FetchAnswer> {
  const offset = range?.offset ?? 0
  const end = Math.min(size, (range?.last ?? size - 1) + 1)
  if (range && offset >= size) {
    await file.close()
    return refusal(url, 416, { 'content-range': `bytes */${size}` })
  }
  const contentRange: Record<string, string> = range ? { 'content-range': `bytes ${offset}-${end - 1}/${size}` } : {}
  const headers = { 'accept-ranges': 'bytes', 'content-length': String(end - offset), ...contentRange }
  return {
    status: range ? 206 : 200,
    url,
    header: lookUp(headers),
    length: end - offset,
    body: fileSource(file, { url, signal, offset, end }),
  }
}

function refusal(url: string, status: number, headers: Record<string, string> = {}): FetchAnswer {
  const body: ByteSource = {
    readInto: async () => 0,
    cancel: async () => {},
  }
  return { status, url, header: lookUp(headers), length: 0, body }
}

function lookUp(headers: Readonly<Record<string, string>>): FetchAnswer['header'] {
  return (name) => headers[name.toLowerCase()]
}

interface Piece {
  readonly url: string
  readonly signal: AbortSignal
  readonly offset: number
  readonly end: number
}

function fileSource(file: FileHandle, { url, signal, offset, end }: Piece): ByteSource {
  let at = offset
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= file.close().catch(() => {})
    return closing
  }
  signal.addEventListener('abort', close, { once: true })
  return {
    async readInto(target) {
      const length = Math.min(target.length, end - at)
      try {
        const { bytesRead } = length > 0 ? await file.read(target, 0, length, at) : { bytesRead: 0 }
        signal.throwIfAborted()
        at += bytesRead
        if (bytesRead === 0) await close()
        return bytesRead
      } catch (cause) {
        await close()
        if (signal.aborted) throw signal.reason
        throw new NetworkError(`Cannot read ${url}: it can no longer be read`, { url }, { cause })
      }
    },
    async cancel() {
      signal.removeEventListener('abort', close)
      await close()
    },
  }
}
