/** Bytes a slab. Half of it costs more in writes than it saves in cache, twice as much is slower again (Node 20). */
export const SLAB_BYTES = 1024 * 1024

/** What all transfers together keep at most, from one to the next. */
const MAX_SPARE = 4

/**
 * Slabs that the transfers of one engine pass on: to make one costs as much as to fill it, and for the garbage
 * collector each is a reason to run.
 */
export class SpareSlabs {
  readonly #spare: ArrayBuffer[] = []

  /** Of at least `bytes`. */
  take(bytes: number): ArrayBuffer {
    const spare = bytes <= SLAB_BYTES ? this.#spare.pop() : undefined
    return spare ?? new ArrayBuffer(bytes)
  }

  keep(buffer: ArrayBuffer): void {
    if (buffer.byteLength === SLAB_BYTES && this.#spare.length < MAX_SPARE) this.#spare.push(buffer)
  }

  /** Nobody transfers any more. */
  clear(): void {
    this.#spare.length = 0
  }
}

/** A few buffers that go round between the network, the digester and the disk. Who waits for one, waits for those. */
export class Slabs {
  readonly #bytes: number
  readonly #spare: SpareSlabs
  readonly #free: ArrayBuffer[] = []
  readonly #waiting: ((buffer: ArrayBuffer) => void)[] = []
  #toMake: number

  /** Made when first needed: a small bundle takes one. */
  constructor(count: number, bytes: number, spare: SpareSlabs) {
    this.#toMake = count
    this.#bytes = bytes
    this.#spare = spare
  }

  /** Passes on what nobody uses. */
  end(): void {
    for (const buffer of this.#free.splice(0)) this.#spare.keep(buffer)
  }

  take(): Promise<ArrayBuffer> {
    const buffer = this.#free.pop() ?? this.#make()
    if (buffer) return Promise.resolve(buffer)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  give(buffer: ArrayBuffer): void {
    const next = this.#waiting.shift()
    if (next) next(buffer)
    else this.#free.push(buffer)
  }

  /** One that a broken read may still write into: another is made in its place. */
  drop(): void {
    this.#toMake++
    const next = this.#waiting.shift()
    const made = next && this.#make()
    if (made) next(made)
  }

  #make(): ArrayBuffer | undefined {
    if (this.#toMake === 0) return undefined
    this.#toMake--
    return this.#spare.take(this.#bytes)
  }
}
