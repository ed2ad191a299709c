import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'

const ORIGIN = 'https://bench.test'
const CHUNK_BYTES = 131_072
const TICK_MS = 4

/**
 * A {@link Fetcher} in this process whose answers bring `piecesPerSecond` pieces a second each, one a read: what is due by
 * the clock is ready at once, so that a thread that was late catches up. All bytes of a bundle are the same: its number.
 */
export class TinyPieces {
  pieces = 0
  #piecesPerMs
  #pieceBytes
  #waiting = new Set()
  #ticking

  constructor({ piecesPerSecond, pieceBytes }) {
    this.#piecesPerMs = piecesPerSecond / 1000
    this.#pieceBytes = pieceBytes
    this.#ticking = setInterval(() => this.#tick(), TICK_MS)
  }

  async open({ url, range: { offset } }) {
    const { size } = this.bundle(0)
    const headers = {
      'content-range': `bytes ${offset}-${size - 1}/${size}`,
      'content-length': `${size - offset}`,
      etag: '"1"',
    }
    return { status: 206, url, header: (name) => headers[name], length: size - offset, body: this.#body(numberIn(url)) }
  }

  /** As a manifest has it: so large that none comes to its end. */
  bundle(index) {
    const chunks = 1024
    const digest = createHash('sha256').update(Buffer.alloc(CHUNK_BYTES, index)).digest()
    return {
      urls: [`${ORIGIN}/${index}`],
      format: 'file',
      size: chunks * CHUNK_BYTES,
      integrity: `sha256-${Buffer.alloc(32).toString('base64')}`,
      chunks: {
        algorithm: 'sha256',
        lengths: CHUNK_BYTES,
        digests: Buffer.concat(new Array(chunks).fill(digest)).toString('base64'),
      },
    }
  }

  end() {
    clearInterval(this.#ticking)
  }

  #body(fill) {
    const startedAt = performance.now()
    let read = 0
    let wake
    const isDue = () => read < (performance.now() - startedAt) * this.#piecesPerMs
    const look = () => {
      if (isDue()) wake()
    }
    return {
      readInto: async (target) => {
        if (!isDue()) {
          await new Promise((resolve) => {
            wake = resolve
            this.#waiting.add(look)
          })
          this.#waiting.delete(look)
        }
        read++
        this.pieces++
        const length = Math.min(target.length, this.#pieceBytes)
        target.fill(fill, 0, length)
        return length
      },
      cancel: async () => {
        this.#waiting.delete(look)
        wake?.()
      },
    }
  }

  #tick() {
    for (const look of this.#waiting) look()
  }
}

function numberIn(url) {
  return Number(new URL(url).pathname.slice(1))
}
