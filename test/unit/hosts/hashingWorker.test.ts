import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Bytes } from '../../../src/domain/bytes.js'
import { HashingWorker, serveHashing } from '../../../src/hosts/browser/hashingWorker.js'

const MIB = 1024 * 1024
const LENGTHS = [MIB / 2, MIB / 4, MIB / 4]
const bytes = new Uint8Array(MIB).map((_, at) => at % 251)
const expected = [
  bytes.subarray(0, MIB / 2),
  bytes.subarray(MIB / 2, (3 * MIB) / 4),
  bytes.subarray((3 * MIB) / 4),
].map((piece) => createHash('sha256').update(piece).digest('hex'))

async function sha256(piece: Bytes): Promise<Bytes> {
  return new Uint8Array(createHash('sha256').update(piece).digest())
}

/** Both ends of a worker in one thread: what is posted arrives as a copy, and what is given away is gone. */
class FakeWorker extends EventTarget {
  questions = 0
  isTerminated = false
  readonly #inside = new EventTarget()

  /** `answers`: whether it lives to answer. */
  start(answers = true, digest = sha256): void {
    serveHashing(
      {
        postMessage: (message, transfer) => this.#deliver(this, message, transfer),
        addEventListener: (type, listener) => {
          const serve = (event: Event) => (answers ? listener(event as MessageEvent) : undefined) // reason: made below
          this.#inside.addEventListener(type, serve)
        },
      },
      { digest },
    )
  }

  postMessage(message: unknown, transfer: Transferable[]): void {
    this.questions++
    this.#deliver(this.#inside, message, transfer)
  }

  terminate(): void {
    this.isTerminated = true
  }

  #deliver(to: EventTarget, message: unknown, transfer: Transferable[]): void {
    const data = structuredClone(message, { transfer })
    queueMicrotask(() => to.dispatchEvent(Object.assign(new Event('message'), { data })))
  }
}

function withWorker() {
  const worker = new FakeWorker()
  const own: number[] = []
  const hashing = new HashingWorker(
    () => worker as unknown as Worker, // reason: as much of one as is used
    (piece) => {
      own.push(piece.length)
      return sha256(piece)
    },
  )
  return { worker, hashing, own }
}

const inHex = (digests: readonly Bytes[]) => digests.map((digest) => Buffer.from(digest).toString('hex'))
const turn = () => new Promise((resolve) => setTimeout(resolve))

describe('HashingWorker', () => {
  it('runs -> its digests, one question for all pieces, and the caller keeps its memory', async () => {
    const { worker, hashing, own } = withWorker()
    worker.start()
    await turn()
    const both = await Promise.all([hashing.digestAll(bytes, LENGTHS), hashing.digestAll(bytes, LENGTHS)])
    expect(both.map(inHex)).toEqual([expected, expected])
    expect([worker.questions, own, bytes.length]).toEqual([2, [], MIB])
  })

  it('cannot hash -> hashed here', async () => {
    const { worker, hashing, own } = withWorker()
    worker.start(true, () => Promise.reject(new DOMException('No memory', 'OperationError')))
    await turn()
    expect(inHex(await hashing.digestAll(bytes, LENGTHS))).toEqual(expected)
    expect([worker.questions, own]).toEqual([1, LENGTHS])
  })

  it('has not said hello yet -> hashed here', async () => {
    const { worker, hashing, own } = withWorker()
    expect(inHex(await hashing.digestAll(bytes, LENGTHS))).toEqual(expected)
    expect([worker.questions, own]).toEqual([0, LENGTHS])
  })

  it('little to hash -> hashed here', async () => {
    const { worker, hashing, own } = withWorker()
    worker.start()
    await turn()
    await hashing.digestAll(bytes.subarray(0, 1000), [1000])
    expect([worker.questions, own]).toEqual([0, [1000]])
  })

  it('breaks down with questions open -> those are hashed here, and all later ones', async () => {
    const { worker, hashing, own } = withWorker()
    worker.start(false)
    await turn()
    const asked = hashing.digestAll(bytes, LENGTHS)
    worker.dispatchEvent(new Event('error'))
    expect(inHex(await asked)).toEqual(expected)
    expect(inHex(await hashing.digestAll(bytes, LENGTHS))).toEqual(expected)
    expect([worker.questions, worker.isTerminated, own]).toEqual([1, true, [...LENGTHS, ...LENGTHS]])
  })

  it('cannot be made -> hashed here', async () => {
    const hashing = new HashingWorker(() => {
      throw new DOMException('worker-src', 'SecurityError')
    }, sha256)
    expect(inHex(await hashing.digestAll(bytes, LENGTHS))).toEqual(expected)
    hashing.end()
  })
})
