// Expo's packages are optional peers, and too large to be installed here: this stands for them while the library is
// built. A test installs the real ones and checks this folder and the example against their types.

declare module 'expo-file-system' {
  const fileSystem: import('../../adapters/expoFileSystem.js').ExpoFileSystem
  export const File: typeof fileSystem.File
  export const Directory: typeof fileSystem.Directory
  export const Paths: typeof fileSystem.Paths
}

declare module 'expo/fetch' {
  export const fetch: import('../../adapters/expoFetcher.js').ExpoFetcherOptions['fetch']
}

declare module 'expo-network' {
  type Network = import('../../adapters/expoConditions.js').ExpoNetworkModule
  export const getNetworkStateAsync: Network['getNetworkStateAsync']
  export const addNetworkStateListener: Network['addNetworkStateListener']
}

declare module 'expo-crypto' {
  export const digest: import('../../adapters/expoDigester.js').ExpoCryptoModule['digest']
}

declare module 'expo-background-task' {
  type BackgroundTask = import('./expoModules.js').ExpoBackgroundTaskModule
  export const getStatusAsync: BackgroundTask['getStatusAsync']
  export const registerTaskAsync: BackgroundTask['registerTaskAsync']
  export const unregisterTaskAsync: BackgroundTask['unregisterTaskAsync']
  export const addExpirationListener: BackgroundTask['addExpirationListener']
}

declare module 'expo-task-manager' {
  type TaskManager = import('./expoModules.js').ExpoTaskManagerModule
  export const defineTask: TaskManager['defineTask']
  export const isTaskDefined: TaskManager['isTaskDefined']
}

declare module 'react-native' {
  export const AppState: import('../../adapters/expoAppState.js').AppStateModule
  export const Platform: { readonly OS: string }
}
