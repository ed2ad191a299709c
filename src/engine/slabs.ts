/** Bytes a slab: the size at which reads into reused buffers were measured fastest. */
export const SLAB_BYTES = 512 * 1024

/** A few buffers that go round between the network, the digester and the disk. Who waits for one, waits for those. */
export class Slabs {
  readonly #free: ArrayBuffer[] = []
  readonly #waiting: ((buffer: ArrayBuffer) => void)[] = []

  constructor(count: number, bytes: number) {
    for (let made = 0; made < count; made++) this.#free.push(new ArrayBuffer(bytes))
  }

  take(): Promise<ArrayBuffer> {
    const buffer = this.#free.pop()
    if (buffer) return Promise.resolve(buffer)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  give(buffer: ArrayBuffer): void {
    const next = this.#waiting.shift()
    if (next) next(buffer)
    else this.#free.push(buffer)
  }
}
