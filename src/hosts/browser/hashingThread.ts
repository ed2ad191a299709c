import type { Digester } from '../../ports/digester.js'
import { digestEach, HASHING_WORKER, HashingWorker } from './hashingWorker.js'

/** Less than this is over before another thread has started. */
const LEAST_BYTES = 32 * 1024 * 1024

/** The engine's digester, with a second thread for as long as something big is downloaded. */
export class HashingThread {
  readonly digester: Digester
  readonly #own: Digester
  #worker: HashingWorker | undefined
  #users = 0

  constructor(own: Digester) {
    this.#own = own
    this.digester = {
      ...own,
      digestAll: (bytes, lengths) =>
        this.#worker ? this.#worker.digestAll(bytes, lengths) : digestEach(bytes, lengths, own.digest),
    }
  }

  /** Keeps the second thread, where `sizeBytes` are worth it, while `work` runs. */
  async during<T>(sizeBytes: number, work: () => Promise<T>): Promise<T> {
    if (sizeBytes < LEAST_BYTES || !hasSecondThread()) return work()
    this.#users++
    this.#worker ??= new HashingWorker(createOwnKind, this.#own.digest)
    try {
      return await work()
    } finally {
      this.#users--
      if (this.#users === 0) {
        this.#worker.end()
        this.#worker = undefined
      }
    }
  }
}

function hasSecondThread(): boolean {
  return typeof Worker === 'function' && navigator.hardwareConcurrency > 1
}

/** From this worker's own script, wherever the app serves it. */
function createOwnKind(): Worker {
  return new Worker(globalThis.location.href, { type: 'module', name: HASHING_WORKER })
}
