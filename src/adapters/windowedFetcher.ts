import type { Bytes } from '../domain/bytes.js'
import { NetworkError } from '../domain/errors/index.js'
import type { ByteSource, FetchAnswer, Fetcher, FetchRequest } from '../ports/fetcher.js'
import { hostOf } from './networkErrors.js'

/**
 * Asks for a long range in pieces of at most `windowBytes`, the next when the one before was read: where a platform
 * pushes bytes that nobody asked for yet, no more than that waits in memory, and a limit of speed is one. A caller sees
 * one answer. A server that does not understand ranges sends all at once, as ever.
 */
export function createWindowedFetcher(fetcher: Fetcher, windowBytes: number): Fetcher {
  return {
    async open(request) {
      const { range } = request
      if (!range || windowOf(range.offset, range.last, windowBytes) === range.last) return fetcher.open(request)
      const first = await fetcher.open(within(request, range.offset, range.last, windowBytes))
      const part = partOf(first)
      if (!part || part.first !== range.offset) return first
      return joined(first, new WindowedSource({ fetcher, request, windowBytes, part, etag: strongEtag(first) }, first))
    },
  }
}

interface Part {
  readonly first: number
  readonly last: number
  readonly total: number
}

interface Windows {
  readonly fetcher: Fetcher
  readonly request: FetchRequest
  readonly windowBytes: number
  readonly part: Part
  readonly etag: string | undefined
}

function windowOf(offset: number, last: number | undefined, windowBytes: number): number {
  return Math.min(last ?? Number.POSITIVE_INFINITY, offset + windowBytes - 1)
}

function within(request: FetchRequest, offset: number, last: number | undefined, windowBytes: number): FetchRequest {
  return { ...request, range: { offset, last: windowOf(offset, last, windowBytes) } }
}

/** `undefined` for what is no part, or none of a file whose size is told. */
function partOf(answer: FetchAnswer): Part | undefined {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.header('content-range') ?? '') ?? []
  if (answer.status !== 206 || total === undefined) return undefined
  return { first: Number(first), last: Number(last), total: Number(total) }
}

function strongEtag(answer: FetchAnswer): string | undefined {
  const etag = answer.header('etag')
  return etag?.startsWith('"') ? etag : undefined
}

/** As if the whole range had been answered at once. */
function joined(first: FetchAnswer, body: WindowedSource): FetchAnswer {
  const length = body.last - body.first + 1
  const headers: Readonly<Record<string, string>> = {
    'content-range': `bytes ${body.first}-${body.last}/${body.total}`,
    'content-length': String(length),
  }
  return {
    status: first.status,
    url: first.url,
    header: (name) => headers[name] ?? first.header(name),
    length: first.length === undefined ? undefined : length,
    body,
  }
}

class WindowedSource implements ByteSource {
  readonly first: number
  readonly last: number
  readonly total: number
  readonly #windows: Windows
  #source: ByteSource
  #position: number
  #windowLast: number
  #isCancelled = false

  constructor(windows: Windows, { body }: FetchAnswer) {
    const { first, last, total } = windows.part
    this.first = first
    this.total = total
    this.last = Math.min(windows.request.range?.last ?? total - 1, total - 1)
    this.#windows = windows
    this.#source = body
    this.#position = first
    this.#windowLast = last
  }

  async readInto(target: Bytes): Promise<number> {
    const count = await this.#source.readInto(target)
    this.#position += count
    if (count > 0 || this.#isCancelled || this.#isAtEnd()) return count
    await this.#openNext()
    return this.#isCancelled ? 0 : this.readInto(target)
  }

  async cancel(): Promise<void> {
    this.#isCancelled = true
    await this.#source.cancel()
  }

  /** Also where a window ended before its time: then the connection was cut. */
  #isAtEnd(): boolean {
    return this.#position <= this.#windowLast || this.#position > this.last
  }

  async #openNext(): Promise<void> {
    const { fetcher, request, windowBytes, etag } = this.#windows
    const next = within({ ...request, ifRange: request.ifRange ?? etag }, this.#position, this.last, windowBytes)
    const answer = await fetcher.open(next)
    const part = partOf(answer)
    this.#source = answer.body
    if (this.#isCancelled) return answer.body.cancel()
    if (part?.first !== this.#position || part.total !== this.total) {
      await answer.body.cancel()
      const words = `${hostOf(request.url)} did not go on with the file that it had begun (${answer.status})`
      throw new NetworkError(words, { url: request.url })
    }
    this.#windowLast = part.last
  }
}
