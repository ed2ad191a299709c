import type { DownloadProgress, DownloadState } from '../../domain/progress.js'
import { formatPair, formatRemaining, formatSpeed, percentOf } from '../format.js'

const TITLES: Record<DownloadState, string> = {
  resolving: 'Getting ready',
  queued: 'Up next',
  downloading: 'Downloading',
  paused: 'Paused',
  retrying: 'Trying again',
  verifying: 'Checking',
  installing: 'Installing',
  awaitingNetwork: 'Waiting',
  awaitingConsent: 'Needs your OK',
  awaitingSpace: 'Needs more space',
  installed: 'Installed',
  rolledBack: 'Rolled back',
  failed: 'Failed',
  cancelled: 'Cancelled',
}

/** `Charts 2.1.0`; the source's last words until more is known. */
export function nameOf(progress: DownloadProgress, source: string): string {
  const name = progress.name ?? progress.pluginId
  if (name === undefined) return shortened(source)
  return progress.version === undefined ? name : `${name} ${progress.version}`
}

function shortened(source: string): string {
  const words = source.split(/[\\/]/).filter((part) => part !== '')
  return words.length > 2 ? `…/${words.slice(-2).join('/')}` : source
}

/** What it is doing, and why it does not move. */
export function sentenceOf(progress: DownloadProgress): string {
  const title = TITLES[progress.state]
  const reason = reasonOf(progress)
  return reason === undefined ? title : `${title}: ${reason}`
}

/** Why it does not move, where that is not plain from its state. */
export function reasonOf({ state, waitingFor }: DownloadProgress): string | undefined {
  return state === 'downloading' || waitingFor?.code === 'user' ? undefined : waitingFor?.message
}

/** `18.4 of 29.6 MB`; nothing while the size is unknown. */
export function figuresOf({ bytesDownloaded, totalBytes }: DownloadProgress): string {
  return totalBytes === undefined ? '' : formatPair(bytesDownloaded, totalBytes)
}

/** `4.2 MB/s  3 min left` while it downloads, else the sentence. */
export function activityOf(progress: DownloadProgress): string {
  const { state, speedBytesPerSecond, estimatedTimeRemaining } = progress
  if (state !== 'downloading') return sentenceOf(progress)
  const remaining = estimatedTimeRemaining === undefined ? '' : formatRemaining(estimatedTimeRemaining)
  return [formatSpeed(speedBytesPerSecond), remaining].filter((part) => part !== '').join('  ') || TITLES.downloading
}

/** `62%`; nothing without a total. */
export function percentText(progress: DownloadProgress): string {
  const percent = percentOf(progress)
  return percent === undefined ? '' : `${percent}%`
}
