const SIGNALS = ['SIGINT', 'SIGTERM'] as const
type EndSignal = (typeof SIGNALS)[number]

/** Of all docks of this process: one listener serves them, so that it can be told from those of the app. */
const listeners = new Set<() => void>()

/**
 * Tells when the process is asked to end, until the returned function is called. Who else listens decides what comes of
 * it; where nobody does, the process ends as if nobody had listened here.
 */
export function watchSignals({ left }: { readonly left: () => void }): () => void {
  const own = (): void => left()
  if (listeners.size === 0) for (const signal of SIGNALS) process.on(signal, hear)
  listeners.add(own)
  return () => {
    listeners.delete(own)
    if (listeners.size === 0) ignore()
  }
}

function hear(signal: EndSignal): void {
  for (const listener of listeners) listener()
  if (process.listenerCount(signal) > 1) return
  listeners.clear()
  ignore()
  process.kill(process.pid, signal)
}

function ignore(): void {
  for (const signal of SIGNALS) process.off(signal, hear)
}
