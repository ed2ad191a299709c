import type { DownloadFailure } from '../../domain/failure.js'
import type { InstalledPlugin } from '../../domain/plugin.js'
import type { DownloadProgress } from '../../domain/progress.js'

/** What went wrong with one source. */
export interface SourceFailure extends Pick<DownloadFailure, 'code' | 'message'> {
  readonly pluginId: string | undefined
}

/** Tells how several downloads go. `source` is what was typed. */
export interface ProgressReporter {
  update(source: string, progress: DownloadProgress): void
  installed(source: string, plugin: InstalledPlugin): void
  failed(source: string, failure: SourceFailure): void
  /** Ends what is drawn; what is told afterwards is told below it. */
  close(): void
}
