import { webcrypto } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { AppStateModule } from '../../../src/adapters/expoAppState.js'
import type { ExpoNetworkState } from '../../../src/adapters/expoConditions.js'
import type { ExpoDirectory, ExpoFile, ExpoFileHandle, ExpoFileSystem } from '../../../src/adapters/expoFileSystem.js'
import type { ExpoModules } from '../../../src/hosts/expo/expoModules.js'

export interface FakeExpoOptions {
  /** The app's document directory. */
  readonly directory: string
  readonly fetch: typeof fetch
  /** @default 'android' */
  readonly os?: string
  /** Of background tasks: 2 is available, 1 restricted. @default 2 */
  readonly backgroundStatus?: number
  /** @default Wi-Fi */
  readonly network?: ExpoNetworkState
  /** @default 'active' */
  readonly appState?: string
}

/** Expo's native modules as a test holds them: files are real ones, everything else does as it is told. */
export interface FakeExpo extends ExpoModules {
  readonly files: FakeFileSystem
  changeNetwork(state: ExpoNetworkState): void
  changeAppState(state: string): void
  /** As the system does: starts what was defined. Settles with what it returned. */
  runTask(taskName?: string): Promise<number>
  /** As iOS does when it wants its time back. */
  expireTasks(): void
  /** With their options, as they were registered. */
  readonly registered: ReadonlyMap<string, { readonly minimumInterval?: number }>
}

export function createFakeExpo(options: FakeExpoOptions): FakeExpo {
  const files = createFakeFileSystem(options.directory)
  const networkListeners = new Set<(state: ExpoNetworkState) => void>()
  const expirations = new Set<() => void>()
  const tasks = new Map<string, () => Promise<number>>()
  const registered = new Map<string, { minimumInterval?: number }>()
  const appState = createFakeAppState(options.appState ?? 'active')
  let network: ExpoNetworkState = options.network ?? { type: 'WIFI', isConnected: true }
  return {
    files,
    registered,
    fileSystem: files.module,
    network: {
      getNetworkStateAsync: async () => network,
      addNetworkStateListener: listenLikeIos(networkListeners),
    },
    crypto: { digest: (algorithm, data) => webcrypto.subtle.digest(algorithm, data) },
    fetch: fetchLikeExpo(options.fetch),
    backgroundTask: {
      getStatusAsync: async () => options.backgroundStatus ?? 2,
      registerTaskAsync: async (taskName, how = {}) => void registered.set(taskName, how),
      unregisterTaskAsync: async (taskName) => void registered.delete(taskName),
      addExpirationListener: (listener) => subscribe(expirations, listener),
    },
    taskManager: {
      defineTask: (taskName, run) => void tasks.set(taskName, run),
      isTaskDefined: (taskName) => tasks.has(taskName),
    },
    appState: appState.module,
    os: options.os ?? 'android',
    changeNetwork(state) {
      network = state
      for (const listener of networkListeners) listener(state)
    },
    changeAppState: appState.change,
    runTask: async (taskName = 'plugdock') => {
      const run = tasks.get(taskName)
      if (!run) throw new Error(`No task ${taskName} is defined`)
      return run()
    },
    expireTasks: () => {
      for (const listener of expirations) listener()
    },
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): { remove(): void } {
  listeners.add(listener)
  return { remove: () => void listeners.delete(listener) }
}

/** Its monitor ends with the last listener, and never begins again. */
function listenLikeIos(
  listeners: Set<(state: ExpoNetworkState) => void>,
): ExpoModules['network']['addNetworkStateListener'] {
  let isOver = false
  return (listener) => {
    if (isOver) return { remove: () => {} }
    const subscription = subscribe(listeners, listener)
    return {
      remove: () => {
        subscription.remove()
        isOver = listeners.size === 0
      },
    }
  }
}

/** Of this engine, where a test replaces it by a phone's. */
const NativeController = AbortController

/** Answers have streams that read into nobody's buffer, and say nothing of where they come from. */
function fetchLikeExpo(fetch: typeof globalThis.fetch): ExpoModules['fetch'] {
  return async (url, { headers, signal, redirect }) => {
    const ofTheSystem = new NativeController()
    signal.addEventListener('abort', () => ofTheSystem.abort())
    if (signal.aborted) ofTheSystem.abort()
    const answer = await fetch(url, { headers, signal: ofTheSystem.signal, redirect })
    if (!answer.body) return answer
    const reader = answer.body.getReader()
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { value, done } = await reader.read()
          if (done) controller.close()
          else controller.enqueue(value)
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    )
    const { status, statusText } = answer
    return new Response(body, { status, statusText, headers: answer.headers })
  }
}

export function createFakeAppState(initial: string) {
  const listeners = new Set<(state: string) => void>()
  let currentState = initial
  const module: AppStateModule = {
    get currentState() {
      return currentState
    },
    addEventListener: (_, listener) => subscribe(listeners, listener),
  }
  return {
    module,
    change(state: string) {
      currentState = state
      for (const listener of [...listeners]) listener(state)
    },
  }
}

export interface FakeFileSystem {
  readonly module: ExpoFileSystem
  /** Thrown by the next write of a handle, after `bytesWritten` of its bytes. */
  failNextWrite(message: string, bytesWritten?: number): void
  /** Thrown by every write from now on, until it is `undefined`. */
  failWrites(message: string | undefined): void
  /** Called after each change of a name: where an app may die. */
  onRename: (() => void) | undefined
  /** Called before each delete. */
  onDelete: ((name: string) => void) | undefined
  availableDiskSpace: number
  readonly openHandles: number
}

/** As the native module on iOS, which is the stricter one: nothing is replaced, and nothing that is not there is deleted. */
export function createFakeFileSystem(directory: string): FakeFileSystem {
  const state = {
    next: undefined as { message: string; bytesWritten: number } | undefined,
    always: undefined as string | undefined,
    openHandles: 0,
  }

  class FakeHandle implements ExpoFileHandle {
    readonly #descriptor: number
    offset: number | null = 0

    constructor(path: string) {
      this.#descriptor = openSync(path, 'r+')
      state.openHandles++
    }

    get size(): number {
      return fstatSync(this.#descriptor).size
    }

    readBytes(length: number): Uint8Array<ArrayBuffer> {
      const bytes = new Uint8Array(length)
      const count = readSync(this.#descriptor, bytes, 0, length, this.offset ?? 0)
      this.offset = (this.offset ?? 0) + count
      return bytes.slice(0, count)
    }

    writeBytes(bytes: Uint8Array): void {
      const failure =
        state.next ?? (state.always === undefined ? undefined : { message: state.always, bytesWritten: 0 })
      state.next = undefined
      const wanted = failure ? bytes.subarray(0, failure.bytesWritten) : bytes
      writeSync(this.#descriptor, wanted, 0, wanted.length, this.offset ?? 0)
      this.offset = (this.offset ?? 0) + wanted.length
      if (failure) throw new Error(failure.message)
    }

    close(): void {
      closeSync(this.#descriptor)
      state.openHandles--
    }
  }

  class FakeFile implements ExpoFile {
    uri: string

    constructor(...parts: string[]) {
      this.uri = uriOf(parts)
    }

    get name(): string {
      return basename(this.#path)
    }

    get exists(): boolean {
      return statSync(this.#path, { throwIfNoEntry: false })?.isFile() ?? false
    }

    get size(): number {
      return statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0
    }

    get modificationTime(): number | null {
      return statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs ?? null
    }

    create(): void {
      writeFileSync(this.#path, '', { flag: 'wx' })
    }

    delete(): void {
      if (!this.exists) throw new Error('path does not exist')
      files.onDelete?.(this.name)
      rmSync(this.#path)
    }

    rename(name: string): void {
      const target = join(this.#path, '..', name)
      if (statSync(target, { throwIfNoEntry: false })) throw new Error(`"${name}" already exists`)
      renameSync(this.#path, target)
      this.uri = pathToFileURL(target).href
      files.onRename?.()
    }

    open(): ExpoFileHandle {
      return new FakeHandle(this.#path)
    }

    write(content: string): void {
      if (state.always !== undefined) throw new Error(state.always)
      writeFileSync(this.#path, content)
    }

    textSync(): string {
      return readFileSync(this.#path, 'utf8')
    }

    get #path(): string {
      return fileURLToPath(this.uri)
    }
  }

  class FakeDirectory implements ExpoDirectory {
    readonly uri: string

    constructor(...parts: string[]) {
      this.uri = `${uriOf(parts)}/`
    }

    get name(): string {
      return basename(fileURLToPath(this.uri))
    }

    get exists(): boolean {
      return statSync(fileURLToPath(this.uri), { throwIfNoEntry: false })?.isDirectory() ?? false
    }

    create({ intermediates, idempotent }: { intermediates: boolean; idempotent: boolean }): void {
      if (this.exists && !idempotent) throw new Error('directory already exists')
      mkdirSync(fileURLToPath(this.uri), { recursive: intermediates })
    }

    list(): (ExpoFile | ExpoDirectory)[] {
      const entries = readdirSync(fileURLToPath(this.uri), { withFileTypes: true })
      return entries.map((entry) =>
        entry.isDirectory() ? new FakeDirectory(this.uri, entry.name) : new FakeFile(this.uri, entry.name),
      )
    }
  }

  const files: FakeFileSystem = {
    module: {
      File: FakeFile,
      Directory: FakeDirectory,
      Paths: {
        get document() {
          return new FakeDirectory(pathToFileURL(directory).href)
        },
        get availableDiskSpace() {
          return files.availableDiskSpace
        },
      },
    },
    failNextWrite: (message, bytesWritten = 0) => {
      state.next = { message, bytesWritten }
    },
    failWrites: (message) => {
      state.always = message
    },
    onRename: undefined,
    onDelete: undefined,
    availableDiskSpace: 10 ** 10,
    get openHandles() {
      return state.openHandles
    },
  }
  return files
}

/** Joins as Expo does: the first part is a `file:` URL. */
function uriOf([first = '', ...names]: readonly string[]): string {
  const path = join(fileURLToPath(first), ...names)
  return pathToFileURL(path).href.replace(/\/$/, '')
}

/** Cuts a file as a power cut may. */
export function shorten(path: string, sizeBytes: number): void {
  const descriptor = openSync(path, 'r+')
  ftruncateSync(descriptor, sizeBytes)
  closeSync(descriptor)
}
