import type { Bytes } from '../domain/bytes.js'

/**
 * Holds immutable bundles under their address, and partials under their key. Both names match `^[a-z0-9-]{1,128}$`.
 * Every failure is a `StorageError`, or a `StorageFullError` where room ran out; a failed write loses nothing that
 * was written before.
 */
export interface BundleStore {
  /** Opens or creates. One caller at a time holds a partial. */
  openPartial(key: string): Promise<PartialBundle>
  /** Nothing to delete is no failure. */
  deletePartial(key: string): Promise<void>
  /** `undefined` where there is none. */
  openBundle(address: string): Promise<BundleReader | undefined>
  /** Nothing to delete is no failure. */
  deleteBundle(address: string): Promise<void>
  /** Deletes what `list` calls unknown, where it has a time. Nothing to delete is no failure; no bundle and no partial is touched. */
  deleteUnknown(name: string): Promise<void>
  /** Everything in the store, ours or not. */
  list(options?: ListOptions): Promise<readonly StoreEntry[]>
  /** Bytes that can still be written, by the disk or the quota; `undefined` where nobody knows. */
  availableBytes(): Promise<number | undefined>
}

export interface ListOptions {
  /** Whether only names are of interest: sizes of bundles may then be 0, where a look at each file takes its time. */
  readonly namesOnly?: boolean
}

export interface StoreEntry {
  readonly kind: 'bundle' | 'partial' | 'unknown'
  /** Address, key, or file name. */
  readonly name: string
  readonly sizeBytes: number
  /** Of what is unknown, where it may be deleted: when it was written, in epoch ms. */
  readonly modifiedAt?: number
}

/** Read access by offset. */
export interface BundleReader {
  readonly size: number
  /**
   * Exactly `length` bytes in memory of their own; fewer only where the bundle ends. `spare`, as long as they are or
   * longer: may be taken for them, and is the reader's until the promise settles.
   */
  read(offset: number, length: number, spare?: Bytes): Promise<Bytes>
  /**
   * The SHA-256 of pieces that lie one behind the other, one digest behind the other; fewer where the bundle ends.
   * Absent where nobody hashes closer to the bytes than whoever asks.
   */
  digests?(offset: number, lengths: readonly number[]): Promise<Bytes>
  close(): Promise<void>
}

export interface PartialBundle extends BundleReader {
  /** `opensAgain`: somebody opens it again in a moment. What was opened may stay open for that long. */
  close(hint?: { readonly opensAgain: boolean }): Promise<void>
  /** Writes all of `bytes` at `offset`. Done with `bytes` when the promise settles. */
  write(offset: number, bytes: Bytes): Promise<void>
  truncate(size: number): Promise<void>
  /** What was written survives a power cut. */
  flush(): Promise<void>
  /**
   * Flushes, closes, and makes it the immutable bundle `address`, atomically and durably; replaces one that exists, and
   * at no moment there is neither. Whoever reads that one goes on with its bytes, or with the new ones.
   */
  seal(address: string): Promise<void>
  /**
   * What was fetched for it while no page was there. Nothing of it is proven. It counts towards the partial's size in
   * `list`, and is deleted with it. Absent where nobody fetches then.
   */
  pieces?(): Promise<readonly PartialPiece[]>
}

/** A run of chunks in a file of its own. */
export interface PartialPiece extends BundleReader {
  readonly firstChunk: number
  /** Closes it, too. */
  delete(): Promise<void>
}
