import type { BundleFormat } from '../domain/manifest.js'
import type { BadChunk } from '../domain/plugin.js'
import type { ServedFile } from '../domain/servedUrls.js'
import type { CodeEdit, ModuleScope } from './modules.js'

/** One bundle of a plugin. */
export type ServedBundle = Pick<ServedFile, 'pluginId' | 'address'>

/**
 * Plugin files at URLs of the page's own origin, where the app's service worker answers them with verified bytes. URLs
 * stay good for as long as the page lives and holds a lease on the bundle.
 */
export interface ServedFiles {
  /** What was found last; `false` until somebody asked. */
  readonly areServed: boolean
  /** Whether a service worker answers this page. It is asked once, and again when another one takes over. Never rejects. */
  isServing(): Promise<boolean>
  urlOf(file: ServedFile): string
  /** Its modules are those of the page: published again, they are what they were. */
  createScope(bundle: ServedBundle): ModuleScope
  /** Answers what the service worker asks of this page, until the returned function is called. */
  answer(desk: ServedFilesDesk): () => void
}

/** Who knows what a service worker cannot find out alone. */
export interface ServedFilesDesk {
  /** A version in use here that no record may name any more; `undefined` for one that is not in use. */
  describe(bundle: ServedBundle): ServedVersion | undefined
  /** Settles when these chunks are what was installed. Rejects where nobody can see to that. */
  mend(bundle: ServedBundle, badChunks: readonly BadChunk[]): Promise<void>
}

/** What it takes to find files in a bundle. */
export interface ServedVersion {
  readonly version: string
  readonly format: BundleFormat
  readonly entry: string
}

/** What a service worker asks a page. The page says at once that it heard, where it has a dock of this name. */
export type ServedQuestion =
  | ({ readonly type: 'plugdock.link'; readonly name: string } & ServedFile)
  | ({ readonly type: 'plugdock.describe'; readonly name: string } & ServedBundle)
  | ({
      readonly type: 'plugdock.mend'
      readonly name: string
      readonly badChunks: readonly BadChunk[]
    } & ServedBundle)

/** How a module that a page imports differs from its file; or its code, where it is no file. */
export type ServedLink = { readonly edits: readonly CodeEdit[] } | { readonly code: string }

/** What comes back through the question's port: `heard`, then the answer. */
export type ServedReply = { readonly type: 'heard' } | { readonly type: 'answer'; readonly value: unknown }
