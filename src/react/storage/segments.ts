import type { DownloadProgress, DownloadState } from '../../domain/progress.js'
import type { PluginView } from '../dock/library.js'
import type { Words } from '../words/words.js'

/** A part of what is stored, in the bar and in the list under it. */
export interface StorageSegment {
  readonly id: string
  readonly kind: 'active' | 'previous' | 'skipped' | 'unfinished' | 'others' | 'leftovers'
  /** `undefined` for what is of no single plugin. */
  readonly pluginId: string | undefined
  readonly name: string
  readonly sizeBytes: number
}

/** More plugins than this are told together. */
const MAX_PLUGINS = 6
/** Less than this of the rest is not worth a line. */
const LEFTOVERS_FROM_BYTES = 100_000
const WITHOUT_PARTIAL = new Set<DownloadState>(['installed', 'cancelled', 'rolledBack'])

/** Biggest plugin first, each followed by its other versions; then what is unfinished, then the rest. */
export function segmentsOf(
  views: readonly PluginView[],
  downloads: readonly DownloadProgress[],
  usedBytes: number,
  words: Words,
): readonly StorageSegment[] {
  const groups = views.map((view) => versionSegments(view, words)).sort((left, right) => sizeOf(right) - sizeOf(left))
  const shown = groups.length > MAX_PLUGINS ? groups.slice(0, MAX_PLUGINS - 1) : groups
  const whole = [...shown.flat(), ...others(groups.slice(shown.length), words)]
  const parts = [...whole, ...unfinished(downloads, usedBytes - sizeOf(whole), words)]
  const rest = usedBytes - sizeOf(parts)
  if (rest < LEFTOVERS_FROM_BYTES) return parts
  const name = words.say(words.messages.storage.leftovers) ?? ''
  return [...parts, { id: 'leftovers', kind: 'leftovers', pluginId: undefined, name, sizeBytes: rest }]
}

function versionSegments({ plugin, versions }: PluginView, words: Words): readonly StorageSegment[] {
  const { toGoBack, skipped } = words.messages.storage
  const { pluginId } = plugin
  const name = plugin.name ?? pluginId
  const active = { id: pluginId, kind: 'active', pluginId, name, sizeBytes: plugin.sizeBytes } as const
  const beside = versions.filter(({ address }) => address !== plugin.address)
  const rest = beside.map(({ version, address, role, sizeBytes }) => {
    const isSkipped = role === 'quarantined'
    const text = words.say(isSkipped ? skipped : toGoBack, { name, version }) ?? ''
    const kind = isSkipped ? ('skipped' as const) : ('previous' as const)
    return { id: `${pluginId} ${address}`, kind, pluginId, name: text, sizeBytes }
  })
  return [active, ...rest]
}

function others(groups: readonly (readonly StorageSegment[])[], words: Words): readonly StorageSegment[] {
  if (groups.length === 0) return []
  const name = words.say(words.messages.storage.others, { n: groups.length }) ?? ''
  return [{ id: 'others', kind: 'others', pluginId: undefined, name, sizeBytes: sizeOf(groups.flat()) }]
}

/**
 * What is on the disk is ahead of what is counted: bytes that are not checked yet, room that was taken beforehand. It is
 * the download's as far as its bundle goes, so that no leftovers come and go while it runs.
 */
function unfinished(
  downloads: readonly DownloadProgress[],
  storedBytes: number,
  words: Words,
): readonly StorageSegment[] {
  const partials = downloads.filter(({ state, bytesDownloaded }) => !WITHOUT_PARTIAL.has(state) && bytesDownloaded > 0)
  const counted = partials.reduce((bytes, { bytesDownloaded }) => bytes + bytesDownloaded, 0)
  let aheadBytes = Math.max(0, storedBytes - counted)
  return partials.map(({ taskId, pluginId, name = pluginId, version = '', bytesDownloaded, totalBytes = 0 }) => {
    const ahead = Math.min(aheadBytes, Math.max(0, totalBytes - bytesDownloaded))
    aheadBytes -= ahead
    const text = words.say(words.messages.storage.unfinished, { name, version }) ?? name ?? ''
    const sizeBytes = bytesDownloaded + ahead
    return { id: taskId, kind: 'unfinished', pluginId: pluginId ?? taskId, name: text, sizeBytes }
  })
}

function sizeOf(segments: readonly StorageSegment[]): number {
  return segments.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0)
}
