import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Bytes } from '../domain/bytes.js'
import type { ByteSource } from '../ports/fetcher.js'
import { freeSpent } from './spentMemory.js'

export interface IncomingSourceOptions {
  /** Rejects what is read, with its reason. */
  readonly signal: AbortSignal
  /** Makes the error that a broken read rejects with. */
  readonly toError: (cause: unknown) => unknown
  /** Called once, after the end, a failure or `cancel`. */
  readonly onEnd: () => void
}

/** The body of an answer of `node:http` as a source. At most what one piece of the network brought waits in memory. */
export function createIncomingSource(response: IncomingMessage, options: IncomingSourceOptions): ByteSource {
  return new IncomingSource(response, options)
}

interface Read {
  readonly target: Bytes
  filled: number
  resolve(count: number): void
  reject(reason: unknown): void
}

type Outcome = { readonly kind: 'complete' } | { readonly kind: 'failed'; readonly error: unknown }

/**
 * The response flows while somebody reads, and is paused while a piece waits. Each piece is copied once, from the
 * parser's buffer to the reader's, and its memory freed. A read ends when its target is full, or when the event loop
 * has brought all that is there: a promise for each piece would cost a tenth of the time.
 */
class IncomingSource implements ByteSource {
  readonly #response: IncomingMessage
  readonly #options: IncomingSourceOptions
  readonly #socket: Socket
  readonly #waiting: Uint8Array[] = []
  /** How much of the first that waits was read. */
  #taken = 0
  readonly #spent: Uint8Array[] = []
  #read: Read | undefined
  #outcome: Outcome | undefined

  constructor(response: IncomingMessage, options: IncomingSourceOptions) {
    this.#response = response
    this.#socket = response.socket
    this.#options = options
    response.on('data', this.#onPiece)
    response.on('end', () => this.#settle({ kind: 'complete' }))
    response.on('error', this.#onBreak)
    response.on('close', this.#onBreak)
    this.#socket.on('data', this.#onChunk)
    options.signal.addEventListener('abort', this.#onAbort)
  }

  readInto(target: Bytes): Promise<number> {
    if (this.#waiting.length > 0) return Promise.resolve(this.#take(target))
    if (this.#outcome) return this.#end(this.#outcome)
    return new Promise((resolve, reject) => {
      this.#read = { target, filled: 0, resolve, reject }
      this.#response.resume()
    })
  }

  /** A response that has come whole is read to its end, so that its connection serves again. */
  async cancel(): Promise<void> {
    this.#settle({ kind: 'complete' })
    this.#waiting.length = 0
    if (this.#response.complete) this.#response.resume()
    else this.#response.destroy()
  }

  readonly #onPiece = (piece: Uint8Array): void => {
    if (this.#outcome) return
    this.#waiting.push(piece)
    const read = this.#read
    if (read) this.#fill(read)
    if (this.#waiting.length > 0) this.#response.pause()
  }

  #fill(read: Read): void {
    if (read.filled === 0) setImmediate(() => this.#finish(read))
    read.filled += this.#take(read.filled === 0 ? read.target : read.target.subarray(read.filled))
    if (read.filled === read.target.length) this.#finish(read)
  }

  #finish(read: Read): void {
    if (this.#read === read) this.#read = undefined
    read.resolve(read.filled)
  }

  /** Copies what waits, as much as there is room for. */
  #take(target: Bytes): number {
    let filled = 0
    for (let piece = this.#waiting[0]; piece && filled < target.length; piece = this.#waiting[0]) {
      const count = Math.min(piece.length - this.#taken, target.length - filled)
      target.set(piece.subarray(this.#taken, this.#taken + count), filled)
      filled += count
      this.#taken += count
      if (this.#taken === piece.length) this.#drop()
    }
    return filled
  }

  #drop(): void {
    const piece = this.#waiting.shift()
    if (piece) this.#spent.push(piece)
    this.#taken = 0
  }

  /**
   * Runs after the parser has seen the chunk. Memory is freed once nothing waits any more, so that it would be right as
   * well for a parser that hands out views of the chunk.
   */
  readonly #onChunk = (chunk: Uint8Array): void => {
    this.#spent.push(chunk)
    if (this.#waiting.length > 0 || this.#response.readableLength > 0) return
    for (const piece of this.#spent) freeSpent(piece)
    this.#spent.length = 0
  }

  readonly #onAbort = (): void => {
    this.#waiting.length = 0
    this.#settle({ kind: 'failed', error: this.#options.signal.reason })
    this.#response.destroy()
  }

  /** What was sent less than promised, Node reports as an error. */
  readonly #onBreak = (cause: unknown = new Error('closed before its end')): void => {
    if (!this.#outcome) this.#settle({ kind: 'failed', error: this.#options.toError(cause) })
  }

  #settle(outcome: Outcome): void {
    if (this.#outcome) return
    this.#outcome = outcome
    this.#socket.off('data', this.#onChunk)
    this.#options.signal.removeEventListener('abort', this.#onAbort)
    this.#options.onEnd()
    const read = this.#read
    this.#read = undefined
    if (!read) return
    if (read.filled > 0 && !this.#options.signal.aborted) read.resolve(read.filled)
    else this.#end(outcome).then(read.resolve, read.reject)
  }

  #end(outcome: Outcome): Promise<number> {
    return outcome.kind === 'complete' ? Promise.resolve(0) : Promise.reject(outcome.error)
  }
}
