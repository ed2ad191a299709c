import type { Bytes } from '../domain/bytes.js'
import { createSerialQueue } from '../domain/serialQueue.js'
import type { Timers } from '../domain/timeLimit.js'
import type { BundleReader } from '../ports/bundleStore.js'
import { FileRuns } from './fileRuns.js'
import { type OpfsFile, openShared, type SyncHandle, sharesHandles } from './opfsFiles.js'

/** A handle is kept for as long as one read follows another, not longer: it keeps everybody from deleting the file. */
const IDLE_MS = 50
/** Not for ever either, where one read follows another: after two seconds others have a turn that is longer than their pauses. */
const MOST_MS = 2000
const REST_MS = 4000

/**
 * A sealed file and those who read it here: through one handle that readers of all pages share, or through `File`
 * where engines have no such handle or refuse it.
 */
export class OpfsBundleFile {
  readonly size: number
  readonly #file: OpfsFile
  readonly #timers: Timers
  readonly #runs: FileRuns
  readonly #serially = createSerialQueue()
  readonly #onUnused: () => Promise<void>
  #handle: SyncHandle | undefined
  #wasRead = false
  #willRest = false
  /** Meanwhile everything is read through `File`, which is in nobody's way. */
  #rests = false
  #readers = 0

  /** `onUnused` is called when the last reader has closed. */
  constructor(file: OpfsFile, size: number, timers: Timers, onUnused: () => Promise<void>) {
    this.#file = file
    this.size = size
    this.#timers = timers
    this.#onUnused = onUnused
    this.#runs = new FileRuns(() => file.getFile())
  }

  openReader(guard: <T>(call: Promise<T>) => Promise<T>): BundleReader {
    let closing: Promise<void> | undefined
    this.#readers++
    return {
      size: this.size,
      read: (offset, length, spare) =>
        guard(this.#read(offset, Math.max(0, Math.min(length, this.size - offset)), spare)),
      close: () => {
        closing ??= this.#closeReader()
        return closing
      },
    }
  }

  /** Runs while no handle of this page is open. The next read opens one again. */
  withoutHandle<T>(work: (file: OpfsFile) => Promise<T>): Promise<T> {
    return this.#serially(async () => {
      await this.#letGo()
      return work(this.#file)
    })
  }

  async #closeReader(): Promise<void> {
    this.#readers--
    if (this.#readers > 0) return
    await this.withoutHandle(async () => {})
    if (this.#readers === 0) await this.#onUnused()
  }

  #read(offset: number, length: number, spare?: Bytes): Promise<Bytes> {
    return this.#serially(async () => {
      if (length === 0) return new Uint8Array(0)
      const handle = await this.#openHandle()
      if (!handle) return this.#runs.read(offset, length)
      this.#wasRead = true
      return readExactly(handle, offset, length, spare)
    })
  }

  async #openHandle(): Promise<SyncHandle | undefined> {
    if (this.#handle || this.#rests || !sharesHandles()) return this.#handle
    try {
      this.#handle = await openShared(this.#file, this.#timers)
      this.#closeWhenIdle(this.#handle)
      this.#restInTime()
    } catch {
      // somebody writes, or the engine hangs: a snapshot reads what there is
    }
    return this.#handle
  }

  #closeWhenIdle(handle: SyncHandle): void {
    this.#wasRead = false
    this.#timers.setTimeout(() => {
      if (this.#handle !== handle) return
      if (this.#wasRead) this.#closeWhenIdle(handle)
      else void this.withoutHandle(async () => {})
    }, IDLE_MS)
  }

  /** From the first handle on: a reader with short pauses opens one after the other, and is as much in the way as with one. */
  #restInTime(): void {
    if (this.#willRest) return
    this.#willRest = true
    this.#timers.setTimeout(() => {
      this.#willRest = false
      this.#rests = true
      this.#timers.setTimeout(() => {
        this.#rests = false
      }, REST_MS)
      void this.withoutHandle(async () => {})
    }, MOST_MS)
  }

  async #letGo(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
    await this.#runs.close()
  }
}

/** Fewer bytes only where the file ends. */
export function readExactly(handle: SyncHandle, offset: number, length: number, spare?: Bytes): Bytes {
  const bytes = spare?.subarray(0, length) ?? new Uint8Array(length)
  let filled = 0
  while (filled < length) {
    const count = handle.read(bytes.subarray(filled), { at: offset + filled })
    if (count === 0) return bytes.slice(0, filled)
    if (count < 0 || count > length - filled) throw new DOMException('The file cannot be read', 'NotReadableError')
    filled += count
  }
  return bytes
}
