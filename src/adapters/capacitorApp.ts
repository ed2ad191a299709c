import type { Conditions, ConditionsSource } from '../ports/conditions.js'

/** What is asked of `@capacitor/app`. */
export interface CapacitorAppModule {
  addListener(event: 'pause' | 'resume', listener: () => void): Promise<CapacitorHandle>
}

/** What is asked of `@capacitor/network`. */
export interface CapacitorNetworkModule {
  getStatus(): Promise<CapacitorNetworkStatus>
  addListener(
    event: 'networkStatusChange',
    listener: (status: CapacitorNetworkStatus) => void,
  ): Promise<CapacitorHandle>
}

export interface CapacitorNetworkStatus {
  readonly connected: boolean
  /** `'wifi'`, `'cellular'`, `'none'` or `'unknown'`. */
  readonly connectionType: string
}

export interface CapacitorHandle {
  remove(): Promise<void>
}

/** The app around the page: what it tells of the network, and when it is put away. */
export class CapacitorApp {
  #status: CapacitorNetworkStatus | undefined
  #isPaused = false
  #handles: readonly CapacitorHandle[] = []
  readonly #listeners = new Set<() => void>()

  /** Listens from now on, once. Never rejects: what cannot be told is not known. */
  async attach(network: CapacitorNetworkModule, app: CapacitorAppModule): Promise<void> {
    if (this.#handles.length > 0) return
    const listening = await Promise.allSettled([
      network.addListener('networkStatusChange', (status) => this.#change(() => (this.#status = status))),
      app.addListener('pause', () => this.#change(() => (this.#isPaused = true))),
      app.addListener('resume', () => this.#change(() => (this.#isPaused = false))),
    ])
    this.#handles = listening.flatMap((settled) => (settled.status === 'fulfilled' ? [settled.value] : []))
    this.#status = await network.getStatus().catch(() => this.#status)
  }

  async detach(): Promise<void> {
    const handles = this.#handles
    this.#handles = []
    // what nobody tells any more is not known
    this.#status = undefined
    this.#isPaused = false
    await Promise.allSettled(handles.map((handle) => handle.remove()))
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  /** The page's conditions, with what the app knows better. */
  over(page: Conditions): Conditions {
    const life = { visible: page.visible && !this.#isPaused, frozen: page.frozen || this.#isPaused }
    if (!this.#status) return { ...page, ...life }
    const { connected, connectionType } = this.#status
    return { ...page, ...life, online: connected && connectionType !== 'none', metered: isMetered(connectionType) }
  }

  watch(listener: () => void): () => void {
    const own = () => listener()
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  #change(change: () => void): void {
    change()
    for (const listener of [...this.#listeners]) listener()
  }
}

/** A phone's hotspot is told as Wi-Fi. */
function isMetered(connectionType: string): boolean | undefined {
  if (connectionType === 'cellular') return true
  return connectionType === 'wifi' ? false : undefined
}

/** What page and app say together. */
export function createCapacitorConditions(page: ConditionsSource, app: CapacitorApp): ConditionsSource {
  return {
    get current() {
      return app.over(page.current)
    },
    watch(listener) {
      const stops = [
        page.watch((conditions) => listener(app.over(conditions))),
        app.watch(() => listener(app.over(page.current))),
      ]
      return () => {
        for (const stop of stops) stop()
      }
    },
  }
}

/** Tells when the page goes away or the app is put into the background, also where it is there already, and when it is back. */
export function watchCapacitorEnd(app: CapacitorApp, watchPage: (end: End) => () => void): (end: End) => () => void {
  return (end) => {
    const stopPage = watchPage(end)
    const stopApp = app.watch(() => (app.isPaused ? end.left() : end.back()))
    if (app.isPaused) end.left()
    return () => {
      stopPage()
      stopApp()
    }
  }
}

interface End {
  readonly left: () => void
  readonly back: () => void
}
