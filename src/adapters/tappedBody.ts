import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Bytes } from '../domain/bytes.js'
import type { ByteSource } from '../ports/fetcher.js'
import type { IncomingSourceOptions } from './incomingByteSource.js'

interface Read {
  readonly target: Bytes
  filled: number
  resolve(count: number): void
  reject(reason: unknown): void
}

const BREAKS = ['error', 'end', 'close'] as const

/**
 * The body of an answer whose bytes come past Node's parser, which takes the answer for complete. The connection is
 * read while somebody reads; what one read of it brought too much waits in its buffer. A read ends when its target is
 * full, or when the event loop has brought all that is there.
 */
export class TappedBody {
  /** How many bytes have not come. */
  leftBytes: number
  readonly #response: IncomingMessage
  readonly #socket: Socket
  readonly #giveBack: (piece: Uint8Array) => void
  readonly #waiting: Uint8Array[] = []
  /** How much of the first that waits was read. */
  #taken = 0
  #read: Read | undefined
  #failure: { readonly error: unknown } | undefined
  #isOver = false
  #options: IncomingSourceOptions | undefined

  /** `giveBack`: a piece that was held is done with. */
  constructor(response: IncomingMessage, leftBytes: number, giveBack: (piece: Uint8Array) => void) {
    this.#response = response
    this.#socket = response.socket
    this.leftBytes = leftBytes
    this.#giveBack = giveBack
    for (const event of BREAKS) this.#socket.on(event, this.#onBreak)
  }

  /** Whether the newest piece, at least, is in use beyond `take`. */
  get isHolding(): boolean {
    return this.#waiting.length > 0
  }

  /** For the connection: the next bytes. Returns whether it is to be read on. */
  take(piece: Uint8Array): boolean {
    this.leftBytes -= piece.length
    this.#waiting.push(piece)
    if (this.#isOver) this.#waiting.length = 0
    if (this.#read) this.#fill(this.#read)
    if (this.leftBytes > 0) return this.#read !== undefined
    this.#settle()
    this.#response.resume()
    return true
  }

  /** Once. */
  open(options: IncomingSourceOptions): ByteSource {
    this.#options = options
    options.signal.addEventListener('abort', this.#onAbort)
    if (options.signal.aborted) this.#onAbort()
    else if (this.#isOver) this.#end()
    return { readInto: (target) => this.#readInto(target), cancel: async () => this.#cancel() }
  }

  #readInto(target: Bytes): Promise<number> {
    if (this.#waiting.length > 0) return Promise.resolve(this.#copy(target, 0))
    if (this.#isOver) return this.#outcome()
    return new Promise((resolve, reject) => {
      this.#read = { target, filled: 0, resolve, reject }
      this.#socket.resume()
    })
  }

  #fill(read: Read): void {
    if (read.filled === 0) setImmediate(() => this.#finish(read))
    read.filled = this.#copy(read.target, read.filled)
    if (read.filled === read.target.length) this.#finish(read)
  }

  #finish(read: Read): void {
    if (this.#read === read) this.#read = undefined
    read.resolve(read.filled)
  }

  /** What waits, as much as there is room for behind what was filled. Returns how much is filled then. */
  #copy(target: Bytes, start: number): number {
    let filled = start
    for (let piece = this.#waiting[0]; piece && filled < target.length; piece = this.#waiting[0]) {
      const count = Math.min(piece.length - this.#taken, target.length - filled)
      target.set(count === piece.length ? piece : piece.subarray(this.#taken, this.#taken + count), filled)
      filled += count
      this.#taken += count
      if (this.#taken === piece.length) this.#drop(piece)
    }
    return filled
  }

  #drop(piece: Uint8Array): void {
    this.#waiting.shift()
    this.#taken = 0
    this.#giveBack(piece)
  }

  /** All that came whole serves again; a connection with a body on its way serves nobody. */
  #cancel(): void {
    this.#waiting.length = 0
    if (this.leftBytes > 0) this.#response.destroy()
    this.#settle()
  }

  readonly #onAbort = (): void => {
    if (this.leftBytes > 0) this.#failure ??= { error: this.#options?.signal.reason }
    this.#cancel()
  }

  readonly #onBreak = (cause: unknown): void => {
    const error = cause instanceof Error ? cause : new Error('closed before its end')
    this.#failure ??= { error }
    this.#settle()
  }

  #settle(): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const event of BREAKS) this.#socket.off(event, this.#onBreak)
    this.#end()
    const read = this.#read
    this.#read = undefined
    if (!read) return
    if (read.filled > 0 && !this.#options?.signal.aborted) read.resolve(read.filled)
    else this.#outcome().then(read.resolve, read.reject)
  }

  #end(): void {
    this.#options?.signal.removeEventListener('abort', this.#onAbort)
    this.#options?.onEnd()
  }

  #outcome(): Promise<number> {
    if (!this.#failure) return Promise.resolve(0)
    const { error } = this.#failure
    return Promise.reject(this.#options?.signal.aborted ? error : this.#options?.toError(error))
  }
}
