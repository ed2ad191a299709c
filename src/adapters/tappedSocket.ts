import type { IncomingMessage } from 'node:http'
import { type OnReadOpts, Socket } from 'node:net'
import { BODILESS_STATUS, saidLength } from './contentLength.js'
import { TappedBody } from './tappedBody.js'

/** What Node reads at once by itself. Four times as much is no faster. */
const READ_BYTES = 64 * 1024
/** The end of a head. With `\n` alone, as a parser takes it that was told to be lenient, it would be one as well. */
const BLANK_LINE = /\n\r?\n/
/** So much of it may have come with the read before. */
const BLANK_LINE_BEGINNING = 2
/** The parser looks for no body behind it. */
const BODILESS = 304

const taps = new WeakMap<Socket, SocketTap>()
const bodies = new WeakMap<IncomingMessage, TappedBody>()

/** The tap of a connection, where it was made by {@link connectTapped}. */
export function tapOf(socket: Socket): SocketTap | undefined {
  return taps.get(socket)
}

/** The body of an answer that was offered, where it is to be had past the parser. */
export function tappedBodyOf(response: IncomingMessage): TappedBody | undefined {
  return bodies.get(response)
}

/** `connect` makes a connection of `node:net` or `node:tls` with these options. */
export function connectTapped<T>(connect: (options: { readonly onread: OnReadOpts }) => T): T {
  const tap: SocketTap = new SocketTap(() => (made instanceof Socket ? made : undefined))
  const made = connect({ onread: tap.reading })
  if (made instanceof Socket) {
    taps.set(made, tap)
    made.on('free', () => tap.awaitNothing())
  }
  return made
}

interface Offered {
  readonly response: IncomingMessage
  readonly status: number
  readonly body: TappedBody
}

/**
 * Stands between a connection and Node's HTTP parser. The parser gets what was read, copied; but of an answer whose
 * length is said it gets the head only, and the bytes of the body go from the buffer that the system filled to whoever
 * reads them: a quarter of the processor time. Whatever is not as expected goes to the parser, which knows all of HTTP.
 */
export class SocketTap {
  readonly reading: OnReadOpts = {
    buffer: () => this.#buffer,
    callback: (count, buffer) => this.#onRead(buffer.subarray(0, count)),
  }
  readonly #socket: () => Socket | undefined
  #buffer: Uint8Array = Buffer.allocUnsafeSlow(READ_BYTES)
  #spare: Uint8Array | undefined
  #awaits: 'head' | 'anything' | 'nothing' = 'nothing'
  /** The last that came of a head. */
  #headTail = ''
  #isAtHeadEnd = false
  /** The newest that was offered. */
  #response: IncomingMessage | undefined
  #offered: Offered | undefined
  #body: TappedBody | undefined

  constructor(socket: () => Socket | undefined) {
    this.#socket = socket
  }

  /** A request is sent. `isBodyWanted`: from here, where that can be. */
  await(isBodyWanted: boolean): void {
    this.#awaits = isBodyWanted ? 'head' : 'anything'
    this.#headTail = ''
    this.#response = undefined
  }

  /** Until the next request is sent: nobody asks on this connection. */
  awaitNothing(): void {
    this.#awaits = 'nothing'
  }

  /**
   * To be called while `response` is announced. Node offers no way to keep a body from its parser but to say that there
   * is none, as behind a 304; whether it believed that, `complete` says.
   */
  offer(response: IncomingMessage): void {
    this.#awaits = 'anything'
    this.#response = response
    const { statusCode: status = 0, headers } = response
    const length = saidLength((name) => headers[name]?.toString())
    if (!this.#isAtHeadEnd || !length || BODILESS_STATUS.has(status)) return
    this.#offered = { response, status, body: new TappedBody(response, length, (piece) => this.#giveBack(piece)) }
    response.statusCode = BODILESS
  }

  #onRead(bytes: Uint8Array): boolean {
    let isReadOn = true
    for (let rest = bytes; rest.length > 0; ) {
      if (this.#awaits === 'nothing') return this.#refuse()
      const body = this.#openBody()
      const length = body ? body.leftBytes : this.#lengthForParser(rest)
      // most reads are all body: a view for each would be most of the garbage
      if (body && length >= rest.length) return this.#give(body, rest)
      const piece = rest.subarray(0, length)
      isReadOn = body ? this.#give(body, piece) : this.#pass(piece)
      rest = rest.subarray(piece.length)
    }
    return isReadOn
  }

  #openBody(): TappedBody | undefined {
    return this.#body && this.#body.leftBytes > 0 ? this.#body : undefined
  }

  #lengthForParser(bytes: Uint8Array): number {
    if (this.#awaits !== 'head') return bytes.length
    const tail = this.#headTail
    const text = tail + asBuffer(bytes).toString('latin1')
    const end = BLANK_LINE.exec(text)
    this.#isAtHeadEnd = end !== null
    this.#headTail = end ? '' : text.slice(-BLANK_LINE_BEGINNING)
    return end ? end.index + end[0].length - tail.length : bytes.length
  }

  /** What nobody asked for. */
  #refuse(): boolean {
    this.#socket()?.destroy()
    return false
  }

  /** The parser sees it before this returns, but where something before it still waits. */
  #pass(piece: Uint8Array): boolean {
    const isReadOn = this.#socket()?.push(Buffer.from(piece)) ?? false
    this.#isAtHeadEnd = false
    const offered = this.#offered
    if (!offered) return this.#noteEnd(isReadOn)
    this.#offered = undefined
    offered.response.statusCode = offered.status
    if (!offered.response.complete) return isReadOn
    this.#body = offered.body
    bodies.set(offered.response, offered.body)
    return false
  }

  /** The parser is let go with the end of an answer: what comes behind it, it would not refuse. */
  #noteEnd(isReadOn: boolean): boolean {
    if (this.#response?.complete) this.awaitNothing()
    return isReadOn
  }

  #give(body: TappedBody, piece: Uint8Array): boolean {
    const isReadOn = body.take(piece)
    if (body.isHolding) this.#buffer = this.#spare ?? Buffer.allocUnsafeSlow(READ_BYTES)
    if (this.#buffer === this.#spare) this.#spare = undefined
    if (body.leftBytes === 0) this.awaitNothing()
    return isReadOn
  }

  #giveBack({ buffer }: Uint8Array): void {
    if (buffer !== this.#buffer.buffer) this.#spare = new Uint8Array(buffer)
  }
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}
