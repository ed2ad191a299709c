import { FencedError, StorageError } from '../domain/errors/index.js'
import type { RecordChange, RecordEntry } from '../ports/recordStore.js'
import { readable, settled } from './indexedDatabase.js'
import { checkRecordKeys, EPOCH_KEY, isInternalKey } from './recordKeys.js'
import { isPaged, listPaged, readAll, readPaged, writePaged } from './recordPages.js'
import { decodeRecord, encodeRecord } from './recordText.js'

/** Sorts after every key that a record may have. */
const AFTER_ALL = '\uffff'
/** Sorts after what the store keeps for itself. */
const AFTER_INTERNAL = '\u0001'
const NOTE_PREFIX = '\u0000note/'

/** `undefined` where there is none, or a torn one. To be called in a transaction. */
export async function readRecord(table: IDBObjectStore, key: string): Promise<unknown> {
  if (key === '' || isInternalKey(key)) return undefined
  return decodeRecord(isPaged(key) ? await readPaged(table, key) : await readable(table.get(key)))
}

/** Ordered by key; records that are torn, or that the browser lost, are left out. To be called in a transaction. */
export async function listRecords(table: IDBObjectStore, prefix: string): Promise<RecordEntry[]> {
  const range = IDBKeyRange.bound(prefix || AFTER_INTERNAL, prefix + AFTER_ALL)
  const [keys, texts, paged] = await Promise.all([
    settled(table.getAllKeys(range)),
    readAll(table, range),
    listPaged(table, prefix),
  ])
  const single = keys.flatMap((key, at) =>
    typeof key !== 'string' || isInternalKey(key) ? [] : [{ key, text: texts[at] }],
  )
  return [...single, ...paged]
    .sort((left, right) => (left.key < right.key ? -1 : 1))
    .map(({ key, text }) => ({ key, value: decodeRecord(text) }))
    .filter(({ value }) => value !== undefined)
}

/** All of them, or none where the transaction ends otherwise. */
export async function writeRecords(table: IDBObjectStore, changes: readonly RecordChange[]): Promise<void> {
  checkRecordKeys(changes)
  for (const { key, value } of changes) {
    if (isPaged(key)) continue
    if (value === undefined) table.delete(key)
    else table.put(encodeRecord(value), key)
  }
  await writePaged(
    table,
    changes.filter(({ key }) => isPaged(key)),
  )
}

export async function checkEpoch(table: IDBObjectStore, epoch: number): Promise<void> {
  const storedEpoch = await readEpoch(table)
  if (epoch >= storedEpoch) return
  throw new FencedError('Another page has taken over this dock; this one no longer writes', { epoch, storedEpoch })
}

/** A number higher than every one before. To be called in a transaction that writes. */
export async function nextEpoch(table: IDBObjectStore): Promise<number> {
  const epoch = (await readEpoch(table)) + 1
  table.put(epoch, EPOCH_KEY)
  return epoch
}

/** Notes lie beside the records: no record has such a key. */
export async function readNote(table: IDBObjectStore, key: string): Promise<unknown> {
  return settled(table.get(NOTE_PREFIX + key))
}

export function writeNote(table: IDBObjectStore, key: string, value: string): void {
  table.put(value, NOTE_PREFIX + key)
}

/** Keeps a transaction from ending by itself while something else is waited for. */
export async function keepOpen(table: IDBObjectStore, waiting: Promise<void>): Promise<void> {
  let isOver = false
  const over = waiting.finally(() => {
    isOver = true
  })
  over.catch(() => {})
  while (!isOver) await settled(table.getKey(EPOCH_KEY))
  await over
}

async function readEpoch(table: IDBObjectStore): Promise<number> {
  const epoch: unknown = (await settled(table.get(EPOCH_KEY))) ?? 0
  if (Number.isSafeInteger(epoch)) return Number(epoch)
  throw new StorageError("The records are damaged: their epoch cannot be read. Remove this site's data to start over.")
}
