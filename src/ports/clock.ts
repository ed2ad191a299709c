/** Time and chance, injected so that tests own them. */
export interface Clock {
  /** Epoch ms. May jump when the user sets the clock: for display and records only. */
  now(): number
  /** Milliseconds that never go back: for every duration. */
  monotonic(): number
  /** Delays of more than 2^31 ms are clamped by whoever asks. */
  setTimeout(callback: () => void, delayMs: number): unknown
  clearTimeout(timer: unknown): void
  /** In [0, 1). */
  random(): number
}
