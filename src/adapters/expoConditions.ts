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
  let state: ExpoNetworkState = {}
  const current = (): Conditions => ({
    ...conditionsOf(state),
    visible: isShown(appState.currentState),
    // an app in the background runs for as long as the system lets it, and is not told when that ends
    frozen: false,
  })
  return {
    get current() {
      return current()
    },
    async refresh() {
      state = await network.getNetworkStateAsync().catch(() => state)
    },
    watch(listener) {
      const tell = () => listener(current())
      const subscriptions = [
        network.addNetworkStateListener((next) => {
          state = next
          tell()
        }),
        appState.addEventListener('change', tell),
      ]
      return () => {
        for (const subscription of subscriptions) subscription.remove()
      }
    },
  }
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
