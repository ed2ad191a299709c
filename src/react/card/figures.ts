import type { DownloadProgress } from '../../domain/progress.js'
import type { CardWords } from '../words/words.js'
import { bytesToTransfer } from './parameters.js'

/** One of the small texts under the bar. */
export interface Figure {
  readonly id: 'size' | 'speed' | 'reused' | 'downloaded' | 'place' | 'attempt' | 'ago'
  /** The part with weight. */
  readonly strong?: string | undefined
  readonly text?: string | undefined
  /** Explains the bar's second colour. */
  readonly isKey?: boolean
}

type Part = Figure | undefined

/** The texts under the bar, most important first. */
export function figuresOf(
  progress: DownloadProgress,
  speed: string | undefined,
  words: CardWords,
  now: number,
): readonly Figure[] {
  return partsOf(progress, speed, words, now).filter((part) => part !== undefined)
}

function partsOf(
  progress: DownloadProgress,
  speed: string | undefined,
  words: CardWords,
  now: number,
): readonly Part[] {
  switch (progress.state) {
    case 'resolving':
      return [plain('size', words.say(words.messages.figures.sizeUnknown))]
    case 'queued':
      return [progress.bytesDownloaded > 0 ? kept(progress, words) : size(progress, words), place(progress, words)]
    case 'downloading':
      return [sizes(progress, words), speed === undefined ? undefined : plain('speed', speed), key(progress, words)]
    case 'paused':
      return [sizes(progress, words)]
    case 'verifying':
    case 'installing':
      return [total(progress, words)]
    case 'retrying':
      return [kept(progress, words), attempt(progress, words)]
    case 'awaitingNetwork':
    case 'awaitingSpace':
      return [kept(progress, words)]
    case 'awaitingConsent':
      return [toDownload(progress, words), key(progress, words)]
    case 'installed':
      return [total(progress, words), ...origins(progress, words), ago(progress, words, now)]
    case 'failed':
      return [kept(progress, words), tried(progress, words)]
    case 'rolledBack':
    case 'cancelled':
      return []
  }
}

function plain(id: Figure['id'], text: string | undefined): Part {
  return text === undefined ? undefined : { id, text }
}

function strong(text: string | undefined): Part {
  return text === undefined ? undefined : { id: 'size', strong: text }
}

function size({ totalBytes }: DownloadProgress, words: CardWords): Part {
  return plain('size', totalBytes === undefined ? undefined : words.bytes(totalBytes))
}

function total({ totalBytes }: DownloadProgress, words: CardWords): Part {
  return strong(totalBytes === undefined ? undefined : words.bytes(totalBytes))
}

function sizes({ bytesDownloaded, totalBytes }: DownloadProgress, words: CardWords): Part {
  const { figures } = words.messages
  if (totalBytes !== undefined) return strong(words.say(figures.pair, words.pair(bytesDownloaded, totalBytes)))
  return strong(words.say(figures.soFar, { size: words.bytes(bytesDownloaded) }))
}

function kept(progress: DownloadProgress, words: CardWords): Part {
  if (progress.bytesDownloaded === 0) return size(progress, words)
  return { id: 'size', strong: sizes(progress, words)?.strong, text: words.say(words.messages.figures.kept) }
}

function key({ bytesReused }: DownloadProgress, words: CardWords): Part {
  if (bytesReused === 0) return undefined
  const text = words.say(words.messages.figures.alreadyHere, { size: words.bytes(bytesReused) })
  return { id: 'reused', text, isKey: true }
}

function toDownload(progress: DownloadProgress, words: CardWords): Part {
  const bytes = bytesToTransfer(progress)
  return bytes === undefined
    ? undefined
    : strong(words.say(words.messages.figures.toDownload, { size: words.bytes(bytes) }))
}

function origins({ bytesReused, totalBytes }: DownloadProgress, words: CardWords): readonly Part[] {
  if (bytesReused === 0 || totalBytes === undefined) return []
  const { downloaded, reused } = words.messages.figures
  return [
    plain('downloaded', words.say(downloaded, { size: words.bytes(totalBytes - bytesReused) })),
    plain('reused', words.say(reused, { size: words.bytes(bytesReused) })),
  ]
}

function ago({ lastByteAt }: DownloadProgress, words: CardWords, now: number): Part {
  return lastByteAt === undefined
    ? undefined
    : plain('ago', words.ago(lastByteAt, now) ?? words.say(words.messages.justNow))
}

function place({ waitingFor }: DownloadProgress, words: CardWords): Part {
  const n = waitingFor?.position
  // further back the sentence says so
  if (n !== 1) return undefined
  return plain('place', words.say(words.messages.figures.place, { n, ordinal: words.ordinal(n) }))
}

function attempt({ waitingFor }: DownloadProgress, words: CardWords): Part {
  const { attempt: n, maxAttempts: max } = waitingFor ?? {}
  return plain('attempt', words.say(words.messages.figures.attempt, { n, max }))
}

function tried({ failure }: DownloadProgress, words: CardWords): Part {
  return failure ? plain('attempt', words.say(words.messages.figures.tried, { n: failure.attempt })) : undefined
}
