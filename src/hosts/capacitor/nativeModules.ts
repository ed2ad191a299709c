import type { CapacitorModules } from './capacitorModules.js'

/** The real ones. They are loaded when a dock is opened: their import alone makes globals. */
export async function nativeModules(): Promise<CapacitorModules> {
  const [{ Capacitor }, { Network }, { App }] = await Promise.all([
    import('@capacitor/core'),
    import('@capacitor/network'),
    import('@capacitor/app'),
  ])
  return { network: Network, app: App, isNative: Capacitor.isNativePlatform() }
}
