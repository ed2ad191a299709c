import type { AppStateModule } from '../../adapters/expoAppState.js'
import type { ExpoNetworkModule } from '../../adapters/expoConditions.js'
import type { ExpoCryptoModule } from '../../adapters/expoDigester.js'
import type { ExpoFetcherOptions } from '../../adapters/expoFetcher.js'
import type { ExpoFileSystem } from '../../adapters/expoFileSystem.js'

/** The native boundary: all that is asked of Expo and React Native. */
export interface ExpoModules {
  /** `expo-file-system` */
  readonly fileSystem: ExpoFileSystem
  /** `expo-network` */
  readonly network: ExpoNetworkModule
  /** `expo-crypto` */
  readonly crypto: ExpoCryptoModule
  /** `expo/fetch` */
  readonly fetch: ExpoFetcherOptions['fetch']
  /** `expo-background-task` */
  readonly backgroundTask: ExpoBackgroundTaskModule
  /** `expo-task-manager` */
  readonly taskManager: ExpoTaskManagerModule
  /** React Native's */
  readonly appState: AppStateModule
  /** React Native's `Platform.OS`: `'android'`, `'ios'`, ... */
  readonly os: string
}

export interface ExpoBackgroundTaskModule {
  getStatusAsync(): Promise<number | null>
  registerTaskAsync(taskName: string, options?: { minimumInterval?: number }): Promise<void>
  unregisterTaskAsync(taskName: string): Promise<void>
  addExpirationListener(listener: () => void): { remove(): void }
}

export interface ExpoTaskManagerModule {
  defineTask(taskName: string, run: () => Promise<number>): void
  isTaskDefined(taskName: string): boolean
}

/** `BackgroundTaskStatus.Available` of `expo-background-task`. */
export const STATUS_AVAILABLE = 2
/** `BackgroundTaskResult` of `expo-background-task`. */
export const RESULT = { success: 1, failed: 2 } as const
