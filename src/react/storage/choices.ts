import type { EvictionItem, EvictionPlan } from '../../domain/evictionPlan.js'
import type { PluginView } from '../dock/library.js'
import type { Message } from '../words/message.js'
import type { Words } from '../words/words.js'

/** One thing that a person may let go of. */
export interface FreeSpaceChoice {
  readonly id: string
  /** `pinned`: kept by a person's wish, and offered only where the rest is not enough. */
  readonly kind: EvictionItem['kind'] | 'pinned'
  readonly pluginId: string | undefined
  readonly name: string
  readonly consequence: string
  readonly sizeBytes: number
  readonly size: string
  /** What of the plan it stands for. */
  readonly items: readonly EvictionItem[]
}

interface Asked {
  /** All that may go. */
  readonly plan: EvictionPlan
  readonly plugins: readonly PluginView[]
  readonly bytesNeeded: number | undefined
}

/** In the order of the plan; what is pinned last, and only where nothing else is enough. */
export function choicesOf({ plan, plugins, bytesNeeded = 0 }: Asked, words: Words, now: number): FreeSpaceChoice[] {
  const orphans = plan.items.filter(({ kind }) => kind === 'orphan')
  const named = plan.items.filter(({ kind }) => kind !== 'orphan')
  const views = new Map(plugins.map((view) => [view.plugin.pluginId, view]))
  const choices = named.map((item) => choiceOf(item, views.get(item.pluginId ?? ''), words, now))
  const all = orphans.length > 0 ? [leftovers(orphans, words), ...choices] : choices
  return plan.bytesFreed >= bytesNeeded ? all : [...all, ...pinned(plugins, words, now)]
}

function choiceOf(item: EvictionItem, view: PluginView | undefined, words: Words, now: number): FreeSpaceChoice {
  const { freeSpace } = words.messages
  const { kind, pluginId, version, sizeBytes } = item
  const plugin = view?.plugin.name ?? pluginId ?? ''
  const isWhole = kind === 'plugin'
  return {
    id: `${kind} ${pluginId} ${version}`,
    kind,
    pluginId,
    name: isWhole ? plugin : (words.say(freeSpace.version, { name: plugin, version }) ?? plugin),
    consequence: isWhole
      ? lastUse(view, { used: freeSpace.plugin, neverUsed: freeSpace.neverUsed }, words, now)
      : (words.say(freeSpace[kind === 'quarantined' ? kind : 'previous']) ?? ''),
    sizeBytes,
    size: words.bytes(sizeBytes),
    items: [item],
  }
}

function leftovers(items: readonly EvictionItem[], words: Words): FreeSpaceChoice {
  const { freeSpace } = words.messages
  const sizeBytes = items.reduce((bytes, item) => bytes + item.sizeBytes, 0)
  return {
    id: 'orphans',
    kind: 'orphan',
    pluginId: undefined,
    name: words.say(freeSpace.leftovers) ?? '',
    consequence: words.say(freeSpace.leftoversText) ?? '',
    sizeBytes,
    size: words.bytes(sizeBytes),
    items,
  }
}

function pinned(plugins: readonly PluginView[], words: Words, now: number): readonly FreeSpaceChoice[] {
  return plugins
    .filter(({ plugin }) => plugin.pinned && !plugin.inUse)
    .map((view) => {
      const { pluginId, name = pluginId } = view.plugin
      const sizeBytes = view.versions.reduce((bytes, version) => bytes + version.sizeBytes, 0)
      const { pinned: used, pinnedNeverUsed } = words.messages.freeSpace
      const consequence = lastUse(view, { used, neverUsed: pinnedNeverUsed }, words, now)
      return {
        id: `pinned ${pluginId}`,
        kind: 'pinned',
        pluginId,
        name,
        consequence,
        sizeBytes,
        size: words.bytes(sizeBytes),
        items: [],
      }
    })
}

function lastUse(
  view: PluginView | undefined,
  { used, neverUsed }: { readonly used: Message; readonly neverUsed: Message },
  words: Words,
  now: number,
): string {
  const { justNow } = words.messages
  const { lastUsedAt = 0, installedAt = 0 } = view?.plugin ?? {}
  if (lastUsedAt <= installedAt) return words.say(neverUsed) ?? ''
  return words.say(used, { ago: words.ago(lastUsedAt, now) ?? words.say(justNow) }) ?? ''
}

/** What stays, and why. */
export function keptNames({ plugins }: Asked, choices: readonly FreeSpaceChoice[], words: Words): readonly string[] {
  const { keptPinned, keptInUse } = words.messages.freeSpace
  const offered = new Set(
    choices.filter(({ kind }) => kind === 'plugin' || kind === 'pinned').map(({ pluginId }) => pluginId),
  )
  return plugins.flatMap(({ plugin: { pluginId, name = pluginId, pinned: isPinned, inUse } }) => {
    if (offered.has(pluginId) || (!isPinned && !inUse)) return []
    return [words.say(inUse ? keptInUse : keptPinned, { name }) ?? '']
  })
}

/** As many choices, in their order, as free so many bytes. Nobody's pin is lifted unasked. */
export function suggestion(choices: readonly FreeSpaceChoice[], bytesNeeded: number | undefined): ReadonlySet<string> {
  const chosen = new Set<string>()
  let bytes = 0
  for (const { id, kind, sizeBytes } of choices) {
    if (bytes >= (bytesNeeded ?? 0) || kind === 'pinned') break
    chosen.add(id)
    bytes += sizeBytes
  }
  return chosen
}

/** A plugin goes with its versions, and stays with the last of them. */
export function toggled(
  chosen: ReadonlySet<string>,
  choices: readonly FreeSpaceChoice[],
  id: string,
): ReadonlySet<string> {
  const one = choices.find((choice) => choice.id === id)
  const next = new Set(chosen)
  if (!one) return next
  const family = choices.filter(({ pluginId }) => pluginId !== undefined && pluginId === one.pluginId)
  if (next.has(id)) {
    next.delete(id)
    for (const { id: other, kind } of family) if (kind === 'plugin') next.delete(other)
    return next
  }
  for (const { id: other } of one.kind === 'plugin' ? family : [one]) next.add(other)
  return next
}
