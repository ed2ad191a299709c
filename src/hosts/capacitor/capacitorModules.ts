import type { CapacitorAppModule, CapacitorNetworkModule } from '../../adapters/capacitorApp.js'

/** The native boundary: all that is asked of Capacitor. */
export interface CapacitorModules {
  /** `@capacitor/network` */
  readonly network: CapacitorNetworkModule
  /** `@capacitor/app` */
  readonly app: CapacitorAppModule
  /** `false` where the same app runs in a browser: there the page itself knows better. */
  readonly isNative: boolean
}
