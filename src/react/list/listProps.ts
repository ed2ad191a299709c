import type { ReactNode } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'
import type { DownloadCallbacks } from '../card/actions.js'
import type { DownloadFacts } from '../card/facts.js'
import type { Direction } from './turns.js'

export interface DownloadListProps extends DownloadCallbacks {
  readonly downloads: readonly DownloadProgress[]
  /** What a progress does not tell. */
  readonly facts?: ((progress: DownloadProgress) => DownloadFacts) | undefined
  /** A plugin's picture, 22 px; decoration only. */
  readonly icon?: ((progress: DownloadProgress) => ReactNode) | undefined
  /** How many run at once, where the list should say so. */
  readonly maxConcurrentDownloads?: number | undefined
  readonly onPauseAll?: (() => void) | undefined
  readonly onResumeAll?: (() => void) | undefined
  /** Changes the turn of one that waits for it: Alt and an arrow on its row. */
  readonly onMove?: ((taskId: string, direction: Direction) => void) | undefined
  /** What all downloads together may take, for the graph's dashed line. */
  readonly limitBytesPerSecond?: number | undefined
  /** More inside a card, at its end. Its buttons are no tab stops where `isTabStop` is not set. */
  readonly extra?: ((progress: DownloadProgress, isTabStop: boolean) => ReactNode) | undefined
  /** Offered where there is nothing to show. */
  readonly onBrowse?: (() => void) | undefined
  /** Of the list's title; groups and rows follow below. @default 2 */
  readonly headingLevel?: 2 | 3 | 4 | undefined
  readonly className?: string | undefined
}
