import { InterruptedError } from './cliErrors.js'

/** For work that nothing can stop: it is left alone, as the process ends with it. */
export async function orInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    stop = () => reject(new InterruptedError('Interrupted'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([work, interrupted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
