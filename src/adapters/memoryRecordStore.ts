import { FencedError, StorageError } from '../domain/errors/index.js'
import { createSerialQueue } from '../domain/serialQueue.js'
import type { RecordChange, RecordStore } from '../ports/recordStore.js'
import { checkRecordKeys } from './recordKeys.js'
import { decodeRecord, encodeRecord } from './recordText.js'
import { noStorageFaults, type StorageFaults } from './storageFaults.js'

export interface MemoryRecordStoreOptions {
  readonly faults?: StorageFaults | undefined
  /** Awaited between a commit's check of the epoch and its write: where tests stop a writer. */
  readonly beforeWrite?: (() => Promise<void>) | undefined
}

/** Records in memory. Every `open` is another writer over the same records: each claims its own epoch. */
export interface MemoryRecords {
  open(): RecordStore
  /** As if the process had died: stores that were open change nothing any more. */
  restart(): void
  /** A record as it is stored: JSON, and a line with its checksum. */
  textOf(key: string): string | undefined
  /** Another text for a record, to tear or to age it; JSON alone will do, `undefined` deletes. Not fenced, and no fault is asked. */
  spoil(key: string, text: string | undefined): void
}

interface Content {
  readonly texts: Map<string, string>
  epoch: number
  /** Counts restarts: a store of an earlier life is of no use. */
  life: number
}

type Write = <T>(task: () => Promise<T>) => Promise<T>

/** Records that live as long as this object, whoever opens and closes a store over them. Values are kept as JSON, with a checksum. */
export function createMemoryRecords(options: MemoryRecordStoreOptions = {}): MemoryRecords {
  const content: Content = { texts: new Map(), epoch: 0, life: 0 }
  let serially = createSerialQueue()
  return {
    open: () => openStore(content, serially, options),
    restart() {
      content.life++
      serially = createSerialQueue()
    },
    textOf: (key) => content.texts.get(key),
    spoil: (key, text) => put(content, key, text),
  }
}

/** One store over records of its own. */
export function createMemoryRecordStore(options: MemoryRecordStoreOptions = {}): RecordStore {
  return createMemoryRecords(options).open()
}

function openStore(content: Content, serially: Write, options: MemoryRecordStoreOptions): RecordStore {
  const { faults = noStorageFaults, beforeWrite = async () => {} } = options
  const { life } = content
  let isOpen = true
  const check = () => {
    if (!isOpen || life !== content.life) throw new StorageError('The records are closed')
  }
  const begin = async (operation: string, name: string) => {
    check()
    await faults({ store: 'records', operation, name })
    check()
  }
  return {
    async get(key) {
      await begin('get', key)
      return decodeRecord(content.texts.get(key))
    },
    async list(prefix) {
      await begin('list', prefix)
      return listRecords(content, prefix)
    },
    commit: (changes, { epoch }) =>
      serially(async () => {
        checkRecordKeys(changes)
        await begin('commit', changes.map(({ key }) => key).join(' '))
        checkEpoch(content, epoch)
        const texts = changes.map(toText)
        await beforeWrite()
        check()
        for (const { key, text } of texts) put(content, key, text)
      }),
    claimEpoch: () =>
      serially(async () => {
        await begin('claimEpoch', '')
        content.epoch++
        return content.epoch
      }),
    close: () =>
      serially(async () => {
        isOpen = false
      }),
  }
}

function checkEpoch({ epoch: storedEpoch }: Content, epoch: number): void {
  if (epoch >= storedEpoch) return
  throw new FencedError('Another dock has taken over these records; this one no longer writes', { epoch, storedEpoch })
}

function toText({ key, value }: RecordChange): { key: string; text: string | undefined } {
  return { key, text: value === undefined ? undefined : encodeRecord(value) }
}

function put({ texts }: Content, key: string, text: string | undefined): void {
  if (text === undefined) texts.delete(key)
  else texts.set(key, text)
}

function listRecords({ texts }: Content, prefix: string) {
  return [...texts]
    .filter(([key]) => key.startsWith(prefix))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, text]) => ({ key, value: decodeRecord(text) }))
    .filter(({ value }) => value !== undefined)
}
