/**
 * Small JSON records. `commit` is atomic over all its changes and durable when it settles; it rejects with
 * `FencedError`, and changes nothing, where a later epoch was claimed. Other failures are `StorageError` or
 * `StorageFullError`.
 */
export interface RecordStore {
  /** `undefined` where there is none. */
  get(key: string): Promise<unknown>
  /** All records whose key starts with `prefix`, ordered by key. A record that cannot be read is left out. */
  list(prefix: string): Promise<readonly RecordEntry[]>
  commit(changes: readonly RecordChange[], options: { epoch: number }): Promise<void>
  /** Begins a leadership: a number higher than every one before, durably. */
  claimEpoch(): Promise<number>
  close(): Promise<void>
}

export interface RecordEntry {
  readonly key: string
  readonly value: unknown
}

/** `value: undefined` deletes. */
export interface RecordChange {
  readonly key: string
  readonly value: unknown
}
