import type { DownloadProgress } from '../../domain/progress.js'
import type { PluginView } from '../dock/library.js'
import type { StorageSpace } from '../dock/storageSpace.js'
import type { Words } from '../words/words.js'
import { useWords } from '../words/wordsContext.js'
import { type StorageSegment, segmentsOf } from './segments.js'

export type StorageState = 'loading' | 'empty' | 'ok' | 'nearlyFull' | 'full'

/** A meter without its looks. */
export interface StorageMeterModel {
  readonly state: StorageState
  readonly used: string
  readonly free: string
  /** What a screen reader says of the bar. */
  readonly valueText: string
  readonly usedBytes: number
  readonly totalBytes: number
  readonly chip: string | undefined
  readonly segments: readonly (StorageSegment & { readonly size: string; readonly percent: number })[]
  /** Said where the platform may remove plugins by itself. */
  readonly warning: string | undefined
  readonly empty: string
}

const NEARLY_FULL = 0.85
const FULL = 0.99

/** Words, parts and figures of what is stored, ready to be drawn any way you like. */
export function useStorageMeter(
  space: StorageSpace | undefined,
  views: readonly PluginView[],
  downloads: readonly DownloadProgress[] = [],
): StorageMeterModel {
  const words = useWords()
  return describeStorage(space, views, downloads, words)
}

export function describeStorage(
  space: StorageSpace | undefined,
  views: readonly PluginView[],
  downloads: readonly DownloadProgress[],
  words: Words,
): StorageMeterModel {
  const { storage } = words.messages
  const { usedBytes = 0, availableBytes = 0, budgetBytes } = space ?? {}
  const totalBytes = Math.max(usedBytes, budgetBytes ?? usedBytes + availableBytes)
  const segments = segmentsOf(views, downloads, usedBytes, words)
  const state = stateOf(space, totalBytes, segments)
  const sizes = { used: words.bytes(usedBytes), free: words.bytes(availableBytes), all: words.bytes(totalBytes) }
  const all = budgetBytes === undefined ? undefined : sizes.all
  return {
    state,
    used: words.say(storage.used, sizes) ?? '',
    free: words.say(all === undefined ? storage.free : storage.freeOfAll, sizes) ?? '',
    valueText: words.say(storage.valueText, { ...sizes, all }) ?? '',
    usedBytes,
    totalBytes,
    chip: state === 'nearlyFull' || state === 'full' ? words.say(storage[state]) : undefined,
    segments: segments.map((segment) => ({
      ...segment,
      size: words.bytes(segment.sizeBytes),
      percent: totalBytes === 0 ? 0 : (100 * segment.sizeBytes) / totalBytes,
    })),
    warning: space?.isPersistent === false && state !== 'empty' ? words.say(storage.mayBeRemoved) : undefined,
    empty: words.say(storage.empty, { all }) ?? '',
  }
}

function stateOf(
  space: StorageSpace | undefined,
  totalBytes: number,
  segments: readonly StorageSegment[],
): StorageState {
  if (!space) return 'loading'
  const share = totalBytes === 0 ? 0 : 1 - space.availableBytes / totalBytes
  if (share >= FULL) return 'full'
  if (share >= NEARLY_FULL) return 'nearlyFull'
  return segments.length === 0 ? 'empty' : 'ok'
}
