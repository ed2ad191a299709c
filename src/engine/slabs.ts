/** Bytes a slab. Half of it costs more in writes than it saves in cache, twice as much is slower again (Node 20). */
export const SLAB_BYTES = 1024 * 1024

/** A few buffers that go round between the network, the digester and the disk. Who waits for one, waits for those. */
export class Slabs {
  readonly #bytes: number
  readonly #free: ArrayBuffer[] = []
  readonly #waiting: ((buffer: ArrayBuffer) => void)[] = []
  #toMake: number

  /** Made when first needed: a small bundle takes one. */
  constructor(count: number, bytes: number) {
    this.#toMake = count
    this.#bytes = bytes
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
    return new ArrayBuffer(this.#bytes)
  }
}
