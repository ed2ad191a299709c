import type { Conditions, ConditionsSource } from '../ports/conditions.js'
import { type AppStateModule, isShown } from './expoAppState.js'

/** What is asked of `expo-network`. */
export interface ExpoNetworkModule {
  getNetworkStateAsync(): Promise<ExpoNetworkState>
  addNetworkStateListener(listener: (state: ExpoNetworkState) => void): { remove(): void }
}

export interface ExpoNetworkState {
  /** `'WIFI'`, `'CELLULAR'`, ... */
  readonly type?: string
  readonly isConnected?: boolean
}

export interface ExpoConditions extends ConditionsSource {
  /** Asks how things are. Until then the device is taken for online, on a network that nobody knows. Never rejects. */
  refresh(): Promise<void>
}

/**
 * What the system says of the network, and whether the app is in front. Whether a person wants to save data is asked
 * nowhere.
 */
export function createExpoConditions(network: ExpoNetworkModule, appState: AppStateModule): ExpoConditions {
  const heard = heardOf(network)
  const current = (): Conditions => ({
    ...conditionsOf(heard.state),
    visible: isShown(appState.currentState),
    // an app in the background runs for as long as the system lets it, and is not told when that ends
    frozen: false,
  })
  return {
    get current() {
      return current()
    },
    refresh: () => heard.ask(),
    watch(listener) {
      const tell = () => listener(current())
      const subscription = appState.addEventListener('change', (state) => {
        tell()
        // while it stood still nobody told it anything
        if (isShown(state)) void heard.ask()
      })
      const stop = heard.watch(tell)
      return () => {
        subscription.remove()
        stop()
      }
    },
  }
}

/**
 * What one app heard of its network. It listens for as long as the app runs: the monitor of iOS ends with the last
 * listener, and never begins again.
 */
class HeardNetwork {
  state: ExpoNetworkState = {}
  readonly #network: ExpoNetworkModule
  readonly #listeners = new Set<() => void>()
  #told = 0

  constructor(network: ExpoNetworkModule) {
    this.#network = network
    network.addNetworkStateListener((state) => this.#take(state))
  }

  /** What is told meanwhile is newer than the answer. Never rejects. */
  async ask(): Promise<void> {
    const told = this.#told
    const state = await this.#network.getNetworkStateAsync().catch(() => this.state)
    const { type, isConnected } = this.state
    if (told === this.#told && (state.type !== type || state.isConnected !== isConnected)) this.#take(state)
  }

  watch(listener: () => void): () => void {
    const own = () => listener()
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  #take(state: ExpoNetworkState): void {
    this.#told++
    this.state = state
    for (const listener of [...this.#listeners]) listener()
  }
}

const heardNetworks = new WeakMap<ExpoNetworkModule, HeardNetwork>()

function heardOf(network: ExpoNetworkModule): HeardNetwork {
  const heard = heardNetworks.get(network) ?? new HeardNetwork(network)
  heardNetworks.set(network, heard)
  return heard
}

const UNMETERED = new Set(['WIFI', 'ETHERNET'])
const METERED = new Set(['CELLULAR', 'WIMAX'])

/**
 * A network counts until the system says that there is none: whether it leads anywhere is for the origin to show. A
 * phone's hotspot is told as Wi-Fi; a VPN and a Bluetooth link hide what they run over.
 */
function conditionsOf({ type, isConnected }: ExpoNetworkState): Pick<Conditions, 'online' | 'metered' | 'saveData'> {
  const isNone = type === 'NONE' || (isConnected === false && type !== 'UNKNOWN')
  return { online: !isNone, metered: isMetered(type ?? 'UNKNOWN'), saveData: undefined }
}

function isMetered(type: string): boolean | undefined {
  if (METERED.has(type)) return true
  return UNMETERED.has(type) ? false : undefined
}
