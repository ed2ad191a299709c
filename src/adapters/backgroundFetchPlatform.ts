import { findFile, makeFile, openFolder } from './opfsFiles.js'

/** Background Fetch, which the DOM library leaves out. */
export interface BackgroundFetchManager {
  /** Rejects where one of this id runs, or the browser does not allow it. */
  fetch(id: string, requests: readonly Request[], options: BackgroundFetchOptions): Promise<BackgroundFetchRegistration>
  /** `undefined` from the moment on when it is over: then its events have the records. */
  get(id: string): Promise<BackgroundFetchRegistration | undefined>
}

interface BackgroundFetchOptions {
  readonly title: string
  /** Bytes of all answers: more end it. */
  readonly downloadTotal: number
}

export interface BackgroundFetchRegistration {
  readonly id: string
  /** Rejects for a page that has ended it. */
  matchAll(): Promise<readonly BackgroundFetchRecord[]>
  abort(): Promise<boolean>
}

export interface BackgroundFetchRecord {
  readonly request: Request
  /** Rejects where the answer never came. */
  readonly responseReady: Promise<Response>
}

/** Chromium's alone. */
export function hasBackgroundFetch(): boolean {
  return 'BackgroundFetchManager' in globalThis
}

/** `undefined` where the browser has none. */
export function backgroundFetchOf(registration: object): BackgroundFetchManager | undefined {
  return (registration as { readonly backgroundFetch?: BackgroundFetchManager }).backgroundFetch // reason: unknown to the DOM library
}

/** The one registration of a dock. */
export function backgroundFetchId(name: string): string {
  return `plugdock/${name}`
}

/** Held by whoever looks after what was fetched. */
export function backgroundLock(name: string): string {
  return `plugdock/${name}/background`
}

/** What a page asks a service worker, to learn whether it listens for this dock. Answered on the port that comes along. */
export interface BackgroundQuestion {
  readonly type: 'plugdock.background'
  readonly name: string
}

/** What whoever looks after a fetch has to know of the page that handed it over. */
export interface HandOverRules {
  /** The dock's. */
  readonly allowedOrigins?: readonly string[] | undefined
}

/** A file that is there from before something is handed over until somebody has looked after it. */
export class OpenHandOver {
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  async begin(rules: HandOverRules): Promise<void> {
    const file = await (await makeFile(await this.#folder(), FILE)).createWritable()
    await file.write(JSON.stringify(rules))
    await file.close()
  }

  /** `undefined` where it is not known by what rules. */
  async rules(): Promise<HandOverRules | undefined> {
    const file = await findFile(await this.#folder(), FILE)
    const text = file && (await (await file.getFile()).text())
    return text ? (JSON.parse(text) as HandOverRules) : undefined // reason: as `begin` has written it
  }

  async isOpen(): Promise<boolean> {
    return (await findFile(await this.#folder(), FILE)) !== undefined
  }

  async end(): Promise<void> {
    const folder = await this.#folder()
    if (await findFile(folder, FILE)) await folder.removeEntry(FILE)
  }

  async #folder(): Promise<FileSystemDirectoryHandle> {
    return openFolder(await navigator.storage.getDirectory(), ['plugdock', this.#name])
  }
}

const FILE = 'handedOver'
