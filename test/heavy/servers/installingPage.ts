import { join } from 'node:path'
import type { Page } from 'playwright'
import { build } from 'vite'
import type { PluginManifest } from '../../../src/domain/manifest.js'

/** What came of a run of a task in a page: a failure's code, or digests of what `load` gave and of what is stored. */
export type PageOutcome = { readonly code: string } | { readonly digests: readonly string[] }

/** A page with a dock that installs one bundle. */
export class InstallingPage {
  readonly #page: Page

  private constructor(page: Page) {
    this.#page = page
  }

  /** As an app would be built, to be served under `/app/`. */
  static async build(outDir: string): Promise<void> {
    const root = join(import.meta.dirname, 'page')
    await build({ root, base: '/app/', configFile: false, logLevel: 'warn', build: { outDir, emptyOutDir: true } })
  }

  /** Settles when its dock is open. */
  static async open(page: Page, url: string): Promise<InstallingPage> {
    await page.goto(url)
    const installing = new InstallingPage(page)
    await installing.reopen()
    return installing
  }

  start(manifest: PluginManifest): Promise<void> {
    return this.#page.evaluate(`installation.start(${JSON.stringify(manifest)})`)
  }

  /** Settles once so many bytes of the bundle are written. */
  untilDownloaded(bytes: number): Promise<void> {
    return this.#page.evaluate(`installation.untilDownloaded(${bytes})`)
  }

  outcome(): Promise<PageOutcome> {
    return this.#page.evaluate('installation.outcome()')
  }

  bytesTransferred(): Promise<number> {
    return this.#page.evaluate('installation.progress().bytesTransferred')
  }

  close(): Promise<void> {
    return this.#page.evaluate('installation.close()')
  }

  /** A new dock in the same page. It goes on with what an earlier one left. */
  reopen(): Promise<void> {
    return this.#page.evaluate('installation.open()')
  }

  /** Flips the bits of one byte of the partial; returns what it was. */
  rot(offset: number): Promise<number> {
    return this.#page.evaluate(`installation.rot(${offset})`)
  }
}
