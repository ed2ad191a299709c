/** One call that a memory store is about to serve. */
export interface StorageCall {
  readonly store: 'bundles' | 'records'
  /** The port's method, as `write`. */
  readonly operation: string
  /** Address, partial key, or record key or prefix; empty where a call has none. */
  readonly name: string
}

/**
 * Asked before every call to a memory store. What it throws is what the call rejects with, and the call then changes
 * nothing; while its promise is pending the call has not begun.
 */
export type StorageFaults = (call: StorageCall) => void | Promise<void>

export const noStorageFaults: StorageFaults = () => {}
