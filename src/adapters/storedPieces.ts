import type { Bytes } from '../domain/bytes.js'
import { StorageError } from '../domain/errors/index.js'
import { isUnreadable } from './domErrors.js'

/** A table of values by key. */
export interface PieceTable {
  getItem<T>(key: string): Promise<T | null>
  setItem<T>(key: string, value: T): Promise<unknown>
  removeItem(key: string): Promise<unknown>
  keys(): Promise<string[]>
}

/** The slab of the engine: in order, each of its writes is one piece. */
const PIECE_BYTES = 512 * 1024
const PREFIX = 'piece/'

/** The bytes of one body, in pieces under `piece/<body>/<number>`. What lies between pieces is zeros. One call at a time. */
export class StoredPieces {
  readonly #table: PieceTable
  readonly #body: string

  constructor(table: PieceTable, body: string) {
    this.#table = table
    this.#body = body
  }

  /** Where the last piece ends. */
  async measure(): Promise<number> {
    const last = Math.max(-1, ...(await this.#numbers()))
    return last < 0 ? 0 : last * PIECE_BYTES + (await this.#piece(last)).length
  }

  async read(offset: number, length: number): Promise<Bytes> {
    const bytes = new Uint8Array(length)
    for (const { number, from, to } of piecesOf(offset, length)) {
      const piece = await this.#piece(number)
      bytes.set(piece.subarray(from, to), number * PIECE_BYTES + from - offset)
    }
    return bytes
  }

  async write(offset: number, bytes: Bytes): Promise<void> {
    for (const { number, from, to } of piecesOf(offset, bytes.length)) {
      const part = bytes.subarray(number * PIECE_BYTES + from - offset, number * PIECE_BYTES + to - offset)
      const before = from === 0 && to === PIECE_BYTES ? new Uint8Array(0) : await this.#piece(number)
      await this.#put(number, overlay(before, part, from))
    }
  }

  /** Shorter or longer. */
  async resize(size: number): Promise<void> {
    const last = Math.ceil(size / PIECE_BYTES) - 1
    for (const number of await this.#numbers()) if (number > last) await this.#table.removeItem(this.#key(number))
    if (last >= 0) await this.#put(last, resized(await this.#piece(last), size - last * PIECE_BYTES))
  }

  async remove(): Promise<void> {
    for (const number of await this.#numbers()) await this.#table.removeItem(this.#key(number))
  }

  /** Nothing where the browser lost it: whoever asks hashes what he gets, and fetches it anew. */
  async #piece(number: number): Promise<Bytes> {
    try {
      return (await this.#table.getItem<Bytes>(this.#key(number))) ?? new Uint8Array(0)
    } catch (error) {
      if (isUnreadable(causeOf(error))) return new Uint8Array(0)
      throw error
    }
  }

  async #put(number: number, piece: Bytes): Promise<void> {
    await this.#table.setItem(this.#key(number), piece)
  }

  async #numbers(): Promise<number[]> {
    const start = `${PREFIX}${this.#body}/`
    const keys = await this.#table.keys()
    return keys.filter((key) => key.startsWith(start)).map((key) => Number(key.slice(start.length)))
  }

  #key(number: number): string {
    return `${PREFIX}${this.#body}/${number}`
  }
}

/** The body that a key holds a piece of. */
export function bodyOfPiece(key: string): string | undefined {
  return key.startsWith(PREFIX) ? key.slice(PREFIX.length, key.lastIndexOf('/')) : undefined
}

/** The parts of pieces that a run touches. */
function* piecesOf(offset: number, length: number): Generator<{ number: number; from: number; to: number }> {
  for (let at = offset; at < offset + length; ) {
    const number = Math.floor(at / PIECE_BYTES)
    const from = at - number * PIECE_BYTES
    const to = Math.min(PIECE_BYTES, offset + length - number * PIECE_BYTES)
    yield { number, from, to }
    at += to - from
  }
}

function overlay(before: Bytes, part: Bytes, from: number): Bytes {
  const piece = new Uint8Array(Math.max(before.length, from + part.length))
  piece.set(before)
  piece.set(part, from)
  return piece
}

function resized(piece: Bytes, length: number): Bytes {
  const other = new Uint8Array(length)
  other.set(piece.subarray(0, length))
  return other
}

function causeOf(error: unknown): unknown {
  return error instanceof StorageError ? error.cause : error
}
