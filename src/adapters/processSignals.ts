const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/**
 * Tells when the process is asked to end, until the returned function is called. Who else listens decides what comes of
 * it; where nobody does, the process ends as if nobody had listened here.
 */
export function watchSignals({ left }: { readonly left: () => void }): () => void {
  const hear = (signal: (typeof SIGNALS)[number]): void => {
    left()
    if (process.listenerCount(signal) > 1) return
    stop()
    process.kill(process.pid, signal)
  }
  const stop = (): void => {
    for (const signal of SIGNALS) process.off(signal, hear)
  }
  for (const signal of SIGNALS) process.on(signal, hear)
  return stop
}
