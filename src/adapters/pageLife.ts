import type { Timers } from '../domain/timeLimit.js'

/**
 * Calls back when the page goes away, for good or into the back/forward cache, until the returned function is called. Never
 * in a service worker.
 */
export function whenPageHides(letGo: () => void): () => void {
  if (typeof window === 'undefined') return () => {}
  const controller = new AbortController()
  window.addEventListener('pagehide', letGo, { signal: controller.signal, once: true })
  return () => controller.abort()
}

/**
 * Calls back when the page may be ended without another word, until the returned function is called: it is frozen, or it
 * is hidden on a phone. A page on a desktop goes on while it is hidden.
 */
export function whenPageMayEnd(leave: () => void): () => void {
  const controller = new AbortController()
  const { signal } = controller
  const onHidden = (): void => {
    if (document.visibilityState === 'hidden' && isOnPhone()) leave()
  }
  document.addEventListener('freeze', leave, { signal })
  document.addEventListener('visibilitychange', onHidden, { signal })
  return () => controller.abort()
}

/** Engines that do not tell have no background transfers either. */
function isOnPhone(): boolean {
  const { userAgentData } = navigator as { userAgentData?: { readonly mobile: boolean } } // reason: Chromium's alone
  return userAgentData?.mobile ?? false
}

/** Settles when the page comes back: from the back/forward cache, from where it was frozen, or to be seen. */
export function untilPageShows(): Promise<void> {
  return new Promise((resolve) => {
    const controller = new AbortController()
    const { signal } = controller
    const back = (): void => {
      controller.abort()
      resolve()
    }
    window.addEventListener('pageshow', back, { signal })
    document.addEventListener('resume', back, { signal })
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && back(), { signal })
  })
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

const IDLE_WAIT_MS = 2000

/** Runs `work` when the page has time, and within two seconds; WebKit does not say when that is. */
export function whenPageIdles(timers: Timers, work: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: IDLE_WAIT_MS })
  else timers.setTimeout(work, IDLE_WAIT_MS)
}
