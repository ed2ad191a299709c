import { StorageError } from '../domain/errors/index.js'
import type { RecordChange } from '../ports/recordStore.js'

/** What stores keep for themselves beside the records. No record's key starts so. */
const INTERNAL_PREFIX = '\u0000'

/** Where the newest epoch is kept. */
export const EPOCH_KEY = `${INTERNAL_PREFIX}epoch`

export function isInternalKey(key: string): boolean {
  return key.startsWith(INTERNAL_PREFIX)
}

/** Throws {@link StorageError} for a key that no record may have. */
export function checkRecordKeys(changes: readonly RecordChange[]): void {
  for (const { key } of changes) {
    if (key === '' || isInternalKey(key)) throw new StorageError(`${JSON.stringify(key)} cannot be the key of a record`)
  }
}
