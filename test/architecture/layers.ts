/** Who may import what. A path names a folder with all in it, or one file. */
export interface Layer {
  readonly path: string
  readonly mayImport: readonly string[]
  /** In `import type` only. */
  readonly mayImportTypesOf?: readonly string[]
  readonly packages?: 'any' | readonly string[]
  /** In `import type` only. */
  readonly typePackages?: readonly string[]
  /** Whether Node's own modules may be imported. @default false */
  readonly node?: boolean
  readonly packagesPerFile?: number
}

const DOCK_TYPES = 'src/dock/types.ts'
const PUBLIC_TYPES = 'src/publicTypes.ts'

/** Of the app: optional peers. */
const EXPO_MODULES = [
  'expo',
  'expo-background-task',
  'expo-crypto',
  'expo-file-system',
  'expo-network',
  'expo-task-manager',
  'react-native',
]
const CAPACITOR_MODULES = ['@capacitor/app', '@capacitor/core', '@capacitor/network']

/** The most specific path decides. Every layer may import itself. */
export const LAYERS: readonly Layer[] = [
  { path: 'machines', mayImport: ['src/domain'], packages: ['xstate'] },
  { path: 'src/domain', mayImport: [] },
  { path: 'src/domain/manifest.ts', mayImport: ['src/domain'], packages: ['valibot'] },
  { path: 'src/ports', mayImport: [], mayImportTypesOf: ['src/domain'] },
  { path: 'src/engine', mayImport: ['src/domain', 'src/ports'] },
  {
    path: 'src/actors',
    mayImport: ['src/domain', 'src/engine', 'src/ports'],
    mayImportTypesOf: ['machines'],
    packages: ['rxjs', 'xstate'],
  },
  {
    path: 'src/adapters',
    mayImport: ['src/domain', 'src/ports'],
    packages: 'any',
    packagesPerFile: 1,
    node: true,
  },
  {
    path: 'src/plugins',
    mayImport: ['src/domain', 'src/ports'],
    mayImportTypesOf: [DOCK_TYPES],
    packages: ['es-module-lexer'],
  },
  {
    path: 'src/dock',
    mayImport: ['machines', 'src/actors', 'src/domain', 'src/plugins', 'src/ports'],
    packages: ['rxjs', 'xstate'],
  },
  { path: PUBLIC_TYPES, mayImport: [], mayImportTypesOf: [DOCK_TYPES, 'src/domain', 'src/ports'] },
  {
    path: 'src/index.ts',
    mayImport: ['machines', 'src/createPluginDockOn.ts', 'src/dock', 'src/domain', 'src/ports', PUBLIC_TYPES],
  },
  {
    path: 'src/createPluginDockOn.ts',
    mayImport: ['machines', 'src/actors', 'src/dock', 'src/domain', 'src/engine', 'src/plugins', 'src/ports'],
    packages: ['rxjs', 'xstate'],
  },
  host('src/hosts/memory'),
  // its worker runs the engine
  host('src/hosts/browser', { also: ['src/engine'] }),
  host('src/hosts/node', { node: true }),
  { path: 'src/service-worker', mayImport: ['src/adapters', 'src/domain', 'src/plugins', 'src/ports'] },
  // the page's host, with what the app around it tells
  host('src/hosts/capacitor', { also: ['src/hosts/browser'] }),
  host('src/hosts/expo'),
  { ...host('src/hosts/expo/nativeModules.ts', { also: ['src/hosts/expo'] }), packages: EXPO_MODULES },
  { ...host('src/hosts/capacitor/nativeModules.ts', { also: ['src/hosts/capacitor'] }), packages: CAPACITOR_MODULES },
  { path: 'src/react', mayImport: ['src/domain', DOCK_TYPES], packages: ['@xstate/react', 'react', 'rxjs'] },
  { path: 'src/publish', mayImport: ['src/domain'], packages: ['fflate'], node: true },
  { path: 'src/charts', mayImport: ['src/domain'], typePackages: ['xstate'] },
  {
    path: 'src/cli',
    mayImport: ['machines', 'src/charts', DOCK_TYPES, 'src/domain', 'src/hosts/node', 'src/publish'],
    packages: ['cli-progress', 'commander'],
    node: true,
  },
  {
    path: 'src/testing',
    mayImport: [
      'machines',
      'src/actors',
      'src/adapters',
      'src/charts',
      'src/createPluginDockOn.ts',
      'src/dock',
      'src/domain',
      'src/engine',
      'src/hosts',
      'src/plugins',
      'src/ports',
      'src/publish',
    ],
    packages: 'any',
    // In files that are loaded when they are asked for: what the entry itself loads is below.
    node: true,
  },
]

function host(path: string, { node = false, also = [] as readonly string[] } = {}): Layer {
  return {
    path,
    mayImport: ['src/adapters', 'src/createPluginDockOn.ts', 'src/domain', 'src/ports', PUBLIC_TYPES, ...also],
    mayImportTypesOf: [DOCK_TYPES, 'machines'],
    typePackages: ['rxjs', 'xstate'],
    node,
  }
}

/** What an entry may load when it is imported, however far away. Dynamic imports load nothing yet. */
export interface Entry {
  readonly path: string
  readonly packages: 'any' | readonly string[]
  readonly node: boolean
}

export const ENTRIES: readonly Entry[] = [
  { path: 'machines/index.ts', packages: ['xstate'], node: false },
  { path: 'src/index.ts', packages: ['rxjs', 'valibot', 'xstate'], node: false },
  {
    path: 'src/hosts/browser/index.ts',
    packages: ['localforage', 'rxjs', 'xstate'],
    node: false,
  },
  { path: 'src/service-worker/index.ts', packages: ['es-module-lexer', 'localforage'], node: false },
  {
    path: 'src/hosts/capacitor/index.ts',
    packages: ['localforage', 'rxjs', 'xstate'],
    node: false,
  },
  {
    path: 'src/hosts/expo/index.ts',
    packages: [...EXPO_MODULES, 'rxjs', 'xstate'],
    node: false,
  },
  { path: 'src/react/index.ts', packages: ['@xstate/react', 'react', 'rxjs'], node: false },
  { path: 'src/react/german.ts', packages: [], node: false },
  { path: 'src/testing/index.ts', packages: 'any', node: false },
]

/** `folder` holds `path`, or is it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

export function layerOf(path: string): Layer | undefined {
  return LAYERS.filter((layer) => isWithin(path, layer.path)).sort((a, b) => b.path.length - a.path.length)[0]
}

/** The layer's row in words, for messages. */
export function ruleOf(layer: Layer): string {
  const { path, mayImport, mayImportTypesOf = [], packages = [], typePackages = [], node } = layer
  const files = [...mayImport, ...mayImportTypesOf.map((name) => `types of ${name}`)]
  const names = packages === 'any' ? ['any package'] : [...packages, ...typePackages.map((name) => `types of ${name}`)]
  const limit = layer.packagesPerFile ? `, at most ${layer.packagesPerFile} package a file` : ''
  return `${path} may import ${list([path, ...files])}; of packages ${list(node ? [...names, 'node:'] : names)}${limit}`
}

function list(names: readonly string[]): string {
  return names.length > 0 ? [...new Set(names)].join(', ') : 'none'
}
