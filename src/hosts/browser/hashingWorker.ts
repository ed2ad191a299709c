import type { Bytes } from '../../domain/bytes.js'
import type { Digester } from '../../ports/digester.js'
import type { Endpoint } from './wire.js'

/** By its name the engine's script knows that it is to hash, and nothing else. */
export const HASHING_WORKER = 'plugdock-hashing'
/** For less than this two threads take as long to agree as one to hash. */
const LEAST_BYTES = 256 * 1024

interface Question {
  readonly id: number
  readonly buffer: ArrayBuffer
  readonly lengths: readonly number[]
}

interface Answer {
  readonly id: number
  readonly buffer: ArrayBuffer
  /** Absent where it could not hash. */
  readonly digests?: readonly Bytes[]
}

type Message = 'hello' | Answer

/** Answers whoever made this worker. */
export function serveHashing(endpoint: Endpoint, { digest }: Pick<Digester, 'digest'>): void {
  endpoint.addEventListener('message', ({ data }) => {
    const { id, buffer, lengths } = data as Question // reason: only a `HashingWorker` writes here
    const answer = (digests?: readonly Bytes[]) =>
      endpoint.postMessage({ id, buffer, ...(digests && { digests }) } satisfies Answer, [buffer])
    digestEach(new Uint8Array(buffer), lengths, digest).then(answer, () => answer())
  })
  endpoint.postMessage('hello' satisfies Message, [])
}

/** Digests of pieces that follow each other. */
export function digestEach(
  bytes: Bytes,
  lengths: readonly number[],
  digest: Digester['digest'],
): Promise<readonly Bytes[]> {
  let offset = 0
  return Promise.all(
    lengths.map((length) => {
      offset += length
      return digest(bytes.subarray(offset - length, offset))
    }),
  )
}

interface Waiting {
  readonly bytes: Bytes
  readonly lengths: readonly number[]
  readonly resolve: (digests: readonly Bytes[] | PromiseLike<readonly Bytes[]>) => void
}

/**
 * A thread that hashes while its maker reads and writes, as engines hash on the thread that asks. Until it runs, where it
 * does not start, and where it cannot or breaks down, its maker hashes itself.
 */
export class HashingWorker {
  readonly #own: Digester['digest']
  readonly #waiting = new Map<number, Waiting>()
  readonly #spare: ArrayBuffer[] = []
  #worker: Worker | undefined
  #isReady = false
  #questions = 0

  constructor(create: () => Worker, own: Digester['digest']) {
    this.#own = own
    try {
      this.#worker = create()
      this.#worker.addEventListener('message', ({ data }) => this.#receive(data))
      this.#worker.addEventListener('error', (event) => {
        event.preventDefault()
        this.end()
      })
    } catch {
      // as where a policy of the site has no place for it
    }
  }

  /** Of pieces that follow each other. The bytes are copied first. */
  digestAll(bytes: Bytes, lengths: readonly number[]): Promise<readonly Bytes[]> {
    const worker = this.#worker
    if (!worker || !this.#isReady || bytes.length < LEAST_BYTES) return digestEach(bytes, lengths, this.#own)
    this.#questions++
    const id = this.#questions
    const buffer = this.#bufferFor(bytes.length)
    new Uint8Array(buffer).set(bytes)
    return new Promise((resolve) => {
      this.#waiting.set(id, { bytes, lengths, resolve })
      worker.postMessage({ id, buffer, lengths } satisfies Question, [buffer])
    })
  }

  /** What it was asked and has not answered is hashed here. */
  end(): void {
    this.#worker?.terminate()
    this.#worker = undefined
    this.#spare.length = 0
    for (const { bytes, lengths, resolve } of this.#waiting.values()) resolve(digestEach(bytes, lengths, this.#own))
    this.#waiting.clear()
  }

  #receive(message: Message): void {
    if (message === 'hello') {
      this.#isReady = true
      return
    }
    const { id, buffer, digests } = message
    this.#spare.push(buffer)
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    waiting?.resolve(digests ?? digestEach(waiting.bytes, waiting.lengths, this.#own))
  }

  #bufferFor(bytes: number): ArrayBuffer {
    const at = this.#spare.findIndex(({ byteLength }) => byteLength >= bytes)
    return this.#spare.splice(at, at < 0 ? 0 : 1)[0] ?? new ArrayBuffer(bytes)
  }
}
