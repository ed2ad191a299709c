import type {
  CapacitorAppModule,
  CapacitorHandle,
  CapacitorNetworkModule,
  CapacitorNetworkStatus,
} from '../../../src/adapters/capacitorApp.js'

/** Capacitor's native modules as a test holds them. */
export interface FakeCapacitor {
  readonly app: CapacitorAppModule
  readonly network: CapacitorNetworkModule
  changeNetwork(status: CapacitorNetworkStatus): void
  pause(): void
  resume(): void
  /** How many listen. */
  readonly listeners: number
}

export function createFakeCapacitor(
  initial: CapacitorNetworkStatus = { connected: true, connectionType: 'wifi' },
): FakeCapacitor {
  const ends = { pause: new Set<() => void>(), resume: new Set<() => void>() }
  const networkListeners = new Set<(status: CapacitorNetworkStatus) => void>()
  let status = initial
  return {
    app: { addListener: async (event, listener) => subscribe(ends[event], listener) },
    network: {
      getStatus: async () => status,
      addListener: async (_, listener) => subscribe(networkListeners, listener),
    },
    changeNetwork(next) {
      status = next
      for (const listener of networkListeners) listener(next)
    },
    pause: () => {
      for (const listener of ends.pause) listener()
    },
    resume: () => {
      for (const listener of ends.resume) listener()
    },
    get listeners() {
      return ends.pause.size + ends.resume.size + networkListeners.size
    },
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): CapacitorHandle {
  listeners.add(listener)
  return { remove: async () => void listeners.delete(listener) }
}
