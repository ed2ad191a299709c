import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What the Expo entry imports by name. The packages run on a phone only: an app elsewhere has none of them. */
const EXPO_FILES: Readonly<Record<string, string>> = {
  'expo/fetch.js': 'export const fetch = undefined',
  'expo-background-task/index.js': 'export {}',
  'expo-crypto/index.js': 'export {}',
  'expo-file-system/index.js': 'export {}',
  'expo-network/index.js': 'export {}',
  'expo-task-manager/index.js': 'export {}',
  'react-native/index.js': 'export const AppState = undefined, Platform = undefined',
}

/** Lets an app on this machine import the entry for Expo, as far as an import goes. */
export async function addNativePeers(app: string): Promise<void> {
  for (const [path, code] of Object.entries(EXPO_FILES)) {
    const file = join(app, 'node_modules', path)
    const [name = ''] = path.split('/')
    await mkdir(dirname(file), { recursive: true })
    const exports = { '.': './index.js', './fetch': './fetch.js' }
    await writeFile(join(dirname(file), 'package.json'), JSON.stringify({ name, type: 'module', exports }))
    await writeFile(file, `${code}\n`)
  }
}
