/** Calls back when the page goes away, for good or into the back/forward cache, until the returned function is called. */
export function whenPageHides(letGo: () => void): () => void {
  const controller = new AbortController()
  window.addEventListener('pagehide', letGo, { signal: controller.signal, once: true })
  return () => controller.abort()
}

/** Settles when the page comes back from the back/forward cache. */
export function untilPageShows(): Promise<void> {
  return new Promise((resolve) => window.addEventListener('pageshow', () => resolve(), { once: true }))
}

/** Makes a request that must not stand while the page is away, and makes it again when it is back. */
export async function whilePageShows<T>(signal: AbortSignal, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
  for (;;) {
    const hidden = new AbortController()
    const stopListening = whenPageHides(() => hidden.abort())
    try {
      return await request(AbortSignal.any([signal, hidden.signal]))
    } catch (error) {
      if (signal.aborted || !hidden.signal.aborted) throw error
      await untilPageShows()
    } finally {
      stopListening()
    }
  }
}

/** Tells when the page goes away or is frozen, and when it lives on all the same, until the returned function is called. */
export function watchPageEnd({ left, back }: { readonly left: () => void; readonly back: () => void }): () => void {
  if (typeof window === 'undefined') return () => {}
  const controller = new AbortController()
  const { signal } = controller
  // first of all listeners: what others do then may take the page's stores away
  window.addEventListener('pagehide', left, { signal, capture: true })
  document.addEventListener('freeze', left, { signal, capture: true })
  window.addEventListener('pageshow', back, { signal })
  document.addEventListener('resume', back, { signal })
  return () => controller.abort()
}
