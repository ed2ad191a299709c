import { fetch } from 'expo/fetch'
import * as BackgroundTask from 'expo-background-task'
import * as Crypto from 'expo-crypto'
import * as FileSystem from 'expo-file-system'
import * as Network from 'expo-network'
import * as TaskManager from 'expo-task-manager'
import { AppState, Platform } from 'react-native'
import type { ExpoModules } from './expoModules.js'

/** The real ones. Nothing is asked of them before a dock is made. */
export function nativeModules(): ExpoModules {
  return {
    fileSystem: FileSystem,
    network: Network,
    crypto: Crypto,
    fetch,
    backgroundTask: BackgroundTask,
    taskManager: TaskManager,
    appState: AppState,
    os: Platform.OS,
  }
}
