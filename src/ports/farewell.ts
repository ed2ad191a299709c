/**
 * Last words. A process that is told that it ends, or that it will be frozen, leaves word of what was in the middle of
 * something then; one that dies leaves none. Works without anything asynchronous, and never throws.
 */
export interface Farewell {
  /** Leaves `token` behind when the end is told; takes it back where life goes on. Until the returned function is called. */
  arm(token: string): () => void
  /** What the processes before left behind. */
  read(): Promise<readonly string[]>
  /** Forgets that. */
  clear(): Promise<void>
}
