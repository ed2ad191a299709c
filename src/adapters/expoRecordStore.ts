import { FencedError, LockedError, StorageError, StorageFullError } from '../domain/errors/index.js'
import { createSerialQueue } from '../domain/serialQueue.js'
import type { RecordChange, RecordEntry, RecordStore } from '../ports/recordStore.js'
import type { ExpoFileSystem } from './expoFileSystem.js'
import { ExpoJournal } from './expoJournal.js'
import { checkRecordKeys } from './recordKeys.js'
import { decodeRecord, encodeRecord } from './recordText.js'

export interface ExpoRecordStoreOptions {
  readonly fileSystem: ExpoFileSystem
  /** Where everything of one dock lies, as a `file:` URL. */
  readonly directoryUri: string
  /** Awaited between a commit's check of the epoch and its write: where tests stop a writer. */
  readonly beforeWrite?: () => Promise<void>
}

/** An app is one process with one engine in it: who holds a directory is known here. */
const held = new Set<string>()

/**
 * Records in memory over a journal of files, one line a commit, each with its checksum: a line that is torn is no commit.
 * SQLite would sync every commit to the disk, and would be one more native module in each app; here a power cut may take
 * the last seconds' commits back, whole ones, and none that the app lived through. Rejects with {@link LockedError} while
 * another store has the directory.
 */
export async function openExpoRecordStore(options: ExpoRecordStoreOptions): Promise<RecordStore> {
  const directory = options.directoryUri.replace(/\/+$/, '')
  if (held.has(directory)) throw new LockedError(`${directory} is in use by another dock of this app`, { directory })
  held.add(directory)
  try {
    return new ExpoRecordStore(directory, options)
  } catch (error) {
    held.delete(directory)
    throw error
  }
}

class ExpoRecordStore implements RecordStore {
  readonly #directory: string
  readonly #journal: ExpoJournal
  readonly #beforeWrite: () => Promise<void>
  readonly #serially = createSerialQueue()
  #isOpen = true

  constructor(directory: string, { fileSystem, beforeWrite = async () => {} }: ExpoRecordStoreOptions) {
    this.#directory = directory
    this.#journal = new ExpoJournal({ system: fileSystem, uri: `${directory}/records` })
    this.#beforeWrite = beforeWrite
  }

  async get(key: string): Promise<unknown> {
    this.#assertOpen()
    return decodeRecord(this.#journal.texts.get(key))
  }

  async list(prefix: string): Promise<readonly RecordEntry[]> {
    this.#assertOpen()
    return [...this.#journal.texts]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, text]) => ({ key, value: decodeRecord(text) }))
      .filter(({ value }) => value !== undefined)
  }

  commit(changes: readonly RecordChange[], { epoch }: { readonly epoch: number }): Promise<void> {
    return this.#serially(async () => {
      checkRecordKeys(changes)
      this.#assertOpen()
      this.#checkEpoch(epoch)
      const texts = changes.map(({ key, value }) => [key, value === undefined ? null : encodeRecord(value)] as const)
      await this.#beforeWrite()
      this.#assertOpen()
      if (texts.length > 0) this.#append({ epoch: this.#journal.epoch, texts })
    })
  }

  claimEpoch(): Promise<number> {
    return this.#serially(async () => {
      this.#assertOpen()
      const epoch = this.#journal.epoch + 1
      this.#append({ epoch, texts: [] })
      return epoch
    })
  }

  close(): Promise<void> {
    return this.#serially(async () => {
      if (!this.#isOpen) return
      this.#isOpen = false
      held.delete(this.#directory)
      this.#journal.close()
    })
  }

  #checkEpoch(epoch: number): void {
    const storedEpoch = this.#journal.epoch
    if (epoch >= storedEpoch) return
    throw new FencedError('Another dock has taken over this directory; this one no longer writes', {
      epoch,
      storedEpoch,
    })
  }

  /** Where the device is full the room that is held for it is given: a record that says what was removed makes more. */
  #append(entry: Parameters<ExpoJournal['append']>[0]): void {
    try {
      this.#journal.append(entry)
    } catch (error) {
      if (!(error instanceof StorageFullError) || !this.#journal.giveSpareRoom()) throw error
      this.#journal.append(entry)
    }
  }

  #assertOpen(): void {
    if (!this.#isOpen) throw new StorageError('The records are closed')
  }
}
