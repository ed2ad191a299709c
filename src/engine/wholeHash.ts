import type { Bytes } from '../domain/bytes.js'
import { ManifestError } from '../domain/errors/index.js'
import { matchesIntegrity } from '../domain/integrity.js'
import type { IncrementalHash } from '../ports/digester.js'
import type { TransferOrder, TransferPorts } from './transferOrder.js'

/** The whole bundle's digest, as long as its bytes come in order and in one run. */
export class WholeHash {
  readonly #hash: IncrementalHash
  readonly #order: TransferOrder
  #nextOffset = 0
  #isSpoilt = false

  constructor(order: TransferOrder, { digester }: TransferPorts) {
    this.#order = order
    this.#hash = digester.createHash(order.integrity.algorithm)
  }

  /** Bytes out of order end the run: then `bundle.integrity` is left to `verify`. */
  update(offset: number, bytes: Bytes): void {
    if (this.#isSpoilt || offset !== this.#nextOffset) return
    this.#hash.update(bytes)
    this.#nextOffset += bytes.length
  }

  /** Bytes that were counted in turned out damaged, or will come again. */
  spoil(): void {
    this.#isSpoilt = true
  }

  /** Throws where all bytes passed, every chunk was right, and the whole digest says otherwise. */
  check(): void {
    if (this.#isSpoilt || this.#nextOffset !== this.#order.size) return
    if (matchesIntegrity(this.#order.integrity, this.#hash.digest())) return
    const issue = 'bundle.chunks and bundle.integrity disagree'
    throw new ManifestError(`The manifest cannot be used: ${issue}`, { issues: [issue] })
  }
}
