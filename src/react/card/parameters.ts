import type { DownloadProgress } from '../../domain/progress.js'
import type { Parameters } from '../words/fill.js'
import type { CardWords } from '../words/words.js'
import type { DownloadFacts } from './facts.js'

const DEFAULT_STALL_MS = 20_000
const DEFAULT_MAX = 3

/** What a person calls this download. */
export function nameOf({ name, pluginId }: DownloadProgress, facts: DownloadFacts, words: CardWords): string {
  return name ?? pluginId ?? facts.fallbackName ?? words.say(words.messages.nameless) ?? ''
}

/** All that a message about a download may name. */
export function parametersOf(
  progress: DownloadProgress,
  facts: DownloadFacts,
  words: CardWords,
  now: number,
): Parameters {
  const { waitingFor, failure, bytesDownloaded, version, previousVersion } = progress
  const size = (bytes: number | undefined) => (bytes === undefined ? undefined : words.bytes(bytes))
  const needed = waitingFor?.bytesNeeded ?? (failure ? progress.totalBytes : undefined)
  return {
    ...waitParameters(progress, facts, words, now),
    name: nameOf(progress, facts, words),
    version,
    previous: previousVersion,
    done: bytesDownloaded > 0 ? words.bytes(bytesDownloaded) : undefined,
    size: size(progress.totalBytes),
    need: size(needed),
    limit: size(facts.budgetBytes),
    transfer: size(bytesToTransfer(progress)),
    stall: seconds(facts.stallMs ?? DEFAULT_STALL_MS, words),
    status: failure?.status === undefined ? undefined : String(failure.status),
    host: hostOf(progress) ?? words.say(words.messages.server),
    rate: facts.limitBytesPerSecond === undefined ? undefined : words.speed(facts.limitBytesPerSecond),
    until: facts.rollback?.until === undefined ? undefined : words.date(facts.rollback.until),
    waited: facts.rollback?.waitedMs === undefined ? undefined : seconds(facts.rollback.waitedMs, words),
  }
}

function waitParameters(
  { waitingFor, failure, attempt, lastByteAt }: DownloadProgress,
  facts: DownloadFacts,
  words: CardWords,
  now: number,
): Parameters {
  const { position, until } = waitingFor ?? {}
  return {
    n: waitingFor?.code === 'slot' ? (facts.maxConcurrentDownloads ?? DEFAULT_MAX) : (failure?.attempt ?? attempt),
    position,
    ordinal: position === undefined ? undefined : words.ordinal(position),
    at: until === undefined ? undefined : words.timeOfDay(until),
    countdown: until === undefined ? undefined : countdown(until - now, words),
    silent: lastByteAt === undefined ? undefined : seconds(now - lastByteAt, words),
  }
}

/** What is still to come over the network. */
export function bytesToTransfer({ waitingFor, totalBytes, bytesDownloaded }: DownloadProgress): number | undefined {
  return waitingFor?.bytesToTransfer ?? (totalBytes === undefined ? undefined : totalBytes - bytesDownloaded)
}

function hostOf({ waitingFor, failure }: DownloadProgress): string | undefined {
  if (waitingFor?.host !== undefined) return waitingFor.host
  return failure?.url !== undefined && URL.canParse(failure.url) ? new URL(failure.url).host : undefined
}

function countdown(leftMs: number, words: CardWords): string {
  const left = Math.max(1, Math.ceil(leftMs / 1000))
  return left < 120 ? words.duration(left, 'second') : words.duration(Math.ceil(left / 60), 'minute')
}

function seconds(durationMs: number, words: CardWords): string {
  return words.duration(Math.max(1, Math.round(durationMs / 1000)), 'second')
}
