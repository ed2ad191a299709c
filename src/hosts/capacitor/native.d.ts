// Capacitor's packages are optional peers: this stands for them while the library is built. A test installs the real
// ones and checks this folder and the example against their types.

declare module '@capacitor/core' {
  export const Capacitor: { isNativePlatform(): boolean }
}

declare module '@capacitor/network' {
  export const Network: import('../../adapters/capacitorApp.js').CapacitorNetworkModule
}

declare module '@capacitor/app' {
  export const App: import('../../adapters/capacitorApp.js').CapacitorAppModule
}
