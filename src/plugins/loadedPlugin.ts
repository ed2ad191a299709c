import type { LoadedPlugin } from '../dock/types.js'
import type { Bytes } from '../domain/bytes.js'
import { ClosedError, UnsupportedError } from '../domain/errors/index.js'
import type { VersionRecord } from '../domain/records.js'
import type { FileUrls } from '../ports/host.js'
import type { PluginArchive } from './archive.js'
import { piecesOf, streamOf } from './byteStreams.js'
import { contentTypeOf } from './contentTypes.js'

export interface LoadedPluginOptions {
  readonly pluginId: string
  readonly version: VersionRecord
  readonly archive: PluginArchive
  /** Of the graph that all loads of this version share. */
  readonly importModule: (path: string) => Promise<unknown>
  readonly health: PluginHealthDesk
  /** Absent where the host makes none. */
  readonly fileUrls?: FileUrls | undefined
  /** The URL of a file where somebody answers it for as long as the page lives; `undefined` where nobody does. */
  readonly servedUrl?: ((path: string) => Promise<string | undefined>) | undefined
  /** Closes the bundle and gives back the lease. Called once, after every stream was ended. */
  readonly onClose: () => void | Promise<void>
}

/** Who hears how the plugin does. */
export interface PluginHealthDesk {
  /** Wraps whatever lets code of the plugin run. */
  run<T>(work: () => Promise<T>): Promise<T>
  confirmHealthy(): Promise<void>
  reportFailure(error: unknown): Promise<void>
}

/** What `load` hands to an app. After `close` everything rejects with `ClosedError`; modules that run go on running. */
export function createLoadedPlugin(options: LoadedPluginOptions): LoadedPlugin {
  return new OpenPlugin(options)
}

class OpenPlugin implements LoadedPlugin {
  readonly pluginId: string
  readonly version: string
  readonly entry: string
  readonly #options: LoadedPluginOptions
  readonly #life = new AbortController()
  readonly #urls = new Map<string, Promise<string>>()
  /** What `fileUrls` made. */
  readonly #published = new Set<string>()
  #closing: Promise<void> | undefined

  constructor(options: LoadedPluginOptions) {
    this.#options = options
    this.pluginId = options.pluginId
    this.version = options.version.version
    this.entry = options.version.entry
  }

  files(): readonly string[] {
    this.#life.signal.throwIfAborted()
    return this.#options.archive.files()
  }

  read(path = this.entry): Promise<Bytes> {
    return this.#whileOpen(() => this.#options.archive.read(path))
  }

  /** UTF-8, as the web reads it: without a byte order mark, and with U+FFFD for what is none. */
  async text(path = this.entry): Promise<string> {
    return new TextDecoder().decode(await this.read(path))
  }

  async blob(path = this.entry): Promise<Blob> {
    return blobOf(await this.read(path), contentTypeOf(path))
  }

  stream(path = this.entry): ReadableStream<Uint8Array> {
    return streamOf(this.#pieces(path), this.#life.signal)
  }

  import<T = unknown>(path = this.entry): Promise<T> {
    // The caller knows what the module exports.
    return this.#whileOpen(() => this.#options.health.run(() => this.#options.importModule(path)) as Promise<T>)
  }

  url(path = this.entry): Promise<string> {
    return this.#whileOpen(() => {
      const url = this.#urls.get(path) ?? this.#options.health.run(() => this.#publish(path))
      this.#urls.set(path, url)
      url.catch(() => this.#urls.delete(path))
      return url
    })
  }

  confirmHealthy(): Promise<void> {
    return this.#options.health.confirmHealthy()
  }

  reportFailure(error: unknown): Promise<void> {
    return this.#options.health.reportFailure(error)
  }

  close(): Promise<void> {
    this.#closing ??= this.#finish()
    return this.#closing
  }

  async #finish(): Promise<void> {
    const message = `${this.pluginId} ${this.version} was closed: load it again to use it`
    this.#life.abort(new ClosedError(message))
    await Promise.allSettled(this.#urls.values())
    for (const url of this.#published) this.#options.fileUrls?.revoke(url)
    await this.#options.onClose()
  }

  async #publish(path: string): Promise<string> {
    const { archive, fileUrls, servedUrl } = this.#options
    // throws where there is no such file
    archive.size(path)
    const served = await servedUrl?.(path)
    if (served !== undefined) return served
    if (!fileUrls) throw new UnsupportedError('There are no URLs of files here: take read() or blob() instead')
    const url = fileUrls.publish(await this.blob(path))
    this.#published.add(url)
    return url
  }

  async *#pieces(path: string): AsyncGenerator<Uint8Array, void> {
    yield* piecesOf(this.#options.archive.stream(path))
  }

  async #whileOpen<T>(work: () => Promise<T>): Promise<T> {
    this.#life.signal.throwIfAborted()
    const result = await work()
    this.#life.signal.throwIfAborted()
    return result
  }
}

/** React Native's blobs hold no bytes. */
function blobOf(bytes: Bytes, type: string): Blob {
  try {
    return new Blob([bytes], { type })
  } catch (cause) {
    throw new UnsupportedError('This engine makes no Blob of bytes: take read() or text() instead', { cause })
  }
}
