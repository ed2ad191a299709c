import { readRecord } from '../domain/records.js'
import type { RecordEntry } from '../ports/recordStore.js'

/** The records of one kind that this release can read. */
export function readKind<T extends { readonly v: 1 }>(entries: readonly RecordEntry[], prefix: string): T[] {
  return entries
    .filter((entry) => entry.key.startsWith(prefix))
    .map((entry) => readRecord<T>(entry.value))
    .filter((record) => record !== undefined)
}
