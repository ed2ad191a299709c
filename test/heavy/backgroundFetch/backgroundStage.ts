import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { build } from 'vite'
import {
  type BuiltPlugin,
  buildPlugin,
  createScriptedOrigin,
  type ListeningOrigin,
  publishOn,
  type ScriptedOrigin,
  type ScriptedRequest,
} from '../../../src/testing/index.js'
import { type PageServer, servePage } from '../browserCrash/pageServer.js'
import { DrivenBrowser } from './drivenBrowser.js'

const MIB = 1024 * 1024
const ROOT = join(import.meta.dirname, 'page')
const BYTES_PER_SECOND = 6 * MIB

export const CHUNK = 128 * 1024
export const SIZE = 24 * MIB + 12_345
/** By then the page has some of it, and the origin is far from the end. */
export const HELD = 3 * MIB

/** What the page has in the end. */
export interface Outcome {
  /** SHA-256 by plugin. */
  readonly digests: Readonly<Record<string, string>>
  readonly files: readonly string[]
  readonly tasks: readonly { readonly bytesReused: number; readonly bytesTransferred: number }[]
}

/** The app with its service worker, built and served. */
export class BackgroundApp {
  readonly folder: string
  readonly pages: PageServer

  private constructor(folder: string, pages: PageServer) {
    this.folder = folder
    this.pages = pages
  }

  static async serve(): Promise<BackgroundApp> {
    const folder = await mkdtemp(join(tmpdir(), 'plugdock-background-'))
    const pages = await servePage(folder, ROOT)
    const lib = { entry: join(ROOT, 'sw.js'), formats: ['es' as const], fileName: () => 'sw.js' }
    const outDir = join(folder, 'page')
    const copyPublicDir = false
    await build({
      root: ROOT,
      configFile: false,
      logLevel: 'warn',
      build: { outDir, emptyOutDir: false, copyPublicDir, lib },
    })
    return new BackgroundApp(folder, pages)
  }

  async close(): Promise<void> {
    await this.pages.close()
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** One browser with a profile of its own, and an origin with one plugin. */
export class BackgroundStage {
  readonly origin: ScriptedOrigin
  readonly path: string
  readonly #app: BackgroundApp
  readonly #listening: ListeningOrigin
  readonly #plugin: BuiltPlugin
  readonly #manifest: string
  readonly #profile: string
  #browser: DrivenBrowser

  private constructor(
    app: BackgroundApp,
    { origin, listening }: { readonly origin: ScriptedOrigin; readonly listening: ListeningOrigin },
    plugin: BuiltPlugin,
    { profile, browser }: { readonly profile: string; readonly browser: DrivenBrowser },
  ) {
    this.#app = app
    this.origin = origin
    this.#listening = listening
    this.#plugin = plugin
    this.#manifest = publishOn(origin, plugin).replace(origin.url, listening.url)
    this.path = `/${plugin.manifest.id}/${plugin.manifest.bundle.urls[0]}`
    this.#profile = profile
    this.#browser = browser
  }

  static async open(app: BackgroundApp): Promise<BackgroundStage> {
    const origin = createScriptedOrigin()
    const listening = await origin.listen()
    const plugin = await buildPlugin({ size: SIZE, chunkLengths: CHUNK })
    const profile = await mkdtemp(join(app.folder, 'profile-'))
    const browser = await DrivenBrowser.launch(profile)
    return new BackgroundStage(app, { origin, listening }, plugin, { profile, browser })
  }

  async close(): Promise<void> {
    await this.#browser.kill()
    await this.#listening.close()
  }

  /** The browser dies, and is started again. */
  async restartBrowser(): Promise<void> {
    await this.#browser.kill()
    this.#browser = await DrivenBrowser.launch(this.#profile)
  }

  /** A page of the app; a strict one downloads from this origin alone. */
  openPage({ isStrict = false } = {}): Promise<Page> {
    const query = isStrict ? `?origin=${encodeURIComponent(this.#listening.url)}` : ''
    return this.#browser.open(`${this.#app.pages.url}/${query}`)
  }

  /** A page without a dock, which looks at what the browser fetches. */
  openWatch(): Promise<Page> {
    return this.#browser.open(`${this.#app.pages.url}/watch.html`)
  }

  /** A page that has some of the bundle, and whose downloads would go on. */
  async begin(options?: { readonly isStrict: boolean }): Promise<Page> {
    this.origin.limitBytesPerSecond = BYTES_PER_SECOND
    const page = await this.openPage(options)
    await page.evaluate('app.untilBackground()')
    await page.evaluate(`app.start(${JSON.stringify(this.#manifest)})`)
    await page.evaluate(`app.untilDownloaded(${HELD})`)
    return page
  }

  /** Requests for the bundle, from the one with that number on. */
  asked(from = 0): readonly ScriptedRequest[] {
    return this.origin.requests.filter(({ path }) => path === this.path).slice(from)
  }

  outcomeOf(page: Page): Promise<Outcome> {
    return page.evaluate('app.outcome()')
  }

  get bytes(): Uint8Array {
    return this.#plugin.bytes
  }

  get digests(): Outcome['digests'] {
    return { [this.#plugin.manifest.id]: createHash('sha256').update(this.#plugin.bytes).digest('hex') }
  }
}
