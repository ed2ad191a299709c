type Listener = (registration: ServiceWorkerRegistration) => void

/** A promise of the browser's that may never settle keeps all that waits for it: so the page waits once, for all its docks. */
const listeners = new Set<Listener>()
let isWatched = false

/** Calls back when a service worker is active for this page, and whenever another one takes over, until the returned function is called. */
export function watchServiceWorker(listener: Listener): () => void {
  const { serviceWorker } = navigator
  if (serviceWorker === undefined) return () => {}
  listeners.add(listener)
  void findActive(serviceWorker).then((registration) => {
    if (registration && listeners.has(listener)) listener(registration)
  })
  watch(serviceWorker)
  return () => void listeners.delete(listener)
}

async function findActive(serviceWorker: ServiceWorkerContainer): Promise<ServiceWorkerRegistration | undefined> {
  const registration = await serviceWorker.getRegistration().catch(() => undefined)
  return registration?.active ? registration : undefined
}

function watch(serviceWorker: ServiceWorkerContainer): void {
  if (isWatched) return
  isWatched = true
  const tell = async (): Promise<void> => {
    const registration = await serviceWorker.ready
    for (const listener of listeners) listener(registration)
  }
  serviceWorker.addEventListener('controllerchange', () => void tell())
  void tell()
}
