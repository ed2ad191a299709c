import type { InstalledVersion } from '../../dock/types.js'
import type { IconName } from '../card/looks.js'
import type { PluginView } from '../dock/library.js'
import type { LibraryChip } from '../words/widgetMessages.js'
import type { Words } from '../words/words.js'
import type { PluginUpdate } from './libraryTypes.js'

export type PluginRowState = 'ok' | 'rolledBack' | 'damaged' | 'broken'

export interface RowChip {
  readonly kind: LibraryChip
  readonly tone: 'wait' | 'bad' | 'accent' | 'quiet'
  readonly icon: IconName
  readonly text: string
}

/** One of a plugin's versions in words. */
export interface VersionRow {
  readonly version: string
  readonly role: InstalledVersion['role']
  readonly sentence: string
  readonly chip: string
  readonly tone: 'ok' | 'bad' | 'quiet'
  /** What may be done about it. */
  readonly action: 'goBack' | 'tryVersion' | undefined
}

/** An installed plugin in words. */
export interface PluginDescription {
  readonly pluginId: string
  readonly state: PluginRowState
  readonly name: string
  readonly version: string
  readonly sub: string
  readonly chips: readonly RowChip[]
  readonly versions: readonly VersionRow[]
  /** The version that a roll back leads to. */
  readonly previous: string | undefined
  /** What removing all of it frees. */
  readonly sizeBytes: number
  readonly size: string
}

export interface DescribePluginOptions {
  readonly words: Words
  /** Epoch ms. */
  readonly now: number
  readonly update?: PluginUpdate | undefined
  /** Whether every byte was checked a moment ago. */
  readonly isChecked?: boolean
}

export function describePlugin(view: PluginView, options: DescribePluginOptions): PluginDescription {
  const { plugin, versions } = view
  const { words, now } = options
  const { pluginId, name = pluginId, version } = plugin
  const { library, justNow } = words.messages
  const state = stateOf(view)
  const sizeBytes = versions.reduce((bytes, one) => bytes + one.sizeBytes, 0) || plugin.sizeBytes
  const size = words.bytes(sizeBytes)
  const isUsed = plugin.lastUsedAt > plugin.installedAt
  const ago = words.ago(plugin.lastUsedAt, now) ?? words.say(justNow)
  const back = previousOf(versions)
  return {
    pluginId,
    state,
    name,
    version,
    sub: words.say(isUsed ? library.usedAgo : library.neverUsed, { size, ago }) ?? '',
    chips: chipsOf(view, state, options),
    versions: versions.map((one) => versionRow(one, one === back, options)),
    previous: back?.version,
    sizeBytes,
    size,
  }
}

function stateOf({ plugin, versions }: PluginView): PluginRowState {
  if (plugin.damagedAt !== undefined) return 'damaged'
  if (versions[0]?.quarantine) return 'broken'
  return versions.some(({ role }) => role === 'quarantined') ? 'rolledBack' : 'ok'
}

/** Where a roll back would lead: the newest that is known to work, else the newest. */
function previousOf(versions: readonly InstalledVersion[]): InstalledVersion | undefined {
  const kept = versions.filter(({ role }) => role === 'previous')
  return kept.find(({ health, damagedAt }) => health === 'healthy' && damagedAt === undefined) ?? kept[0]
}

const CHIP_OF: Readonly<Record<Exclude<PluginRowState, 'ok'>, Omit<RowChip, 'text'>>> = {
  rolledBack: { kind: 'rolledBack', tone: 'wait', icon: 'undo' },
  damaged: { kind: 'damaged', tone: 'bad', icon: 'alert' },
  broken: { kind: 'broken', tone: 'bad', icon: 'alert' },
}

function chipsOf({ plugin }: PluginView, state: PluginRowState, { words, update }: DescribePluginOptions): RowChip[] {
  const chips: Omit<RowChip, 'text'>[] = [
    ...(state === 'ok' ? [] : [CHIP_OF[state]]),
    ...(update ? [{ kind: 'update', tone: 'accent', icon: 'down' } as const] : []),
    ...(plugin.pinned ? [{ kind: 'pinned', tone: 'quiet', icon: 'pin' } as const] : []),
  ]
  const { chips: texts } = words.messages.library
  return chips.map((chip) => ({ ...chip, text: words.say(texts[chip.kind], { version: update?.version }) ?? '' }))
}

const TONE_OF = { active: 'ok', previous: 'quiet', quarantined: 'bad' } as const

function versionRow(version: InstalledVersion, isBack: boolean, options: DescribePluginOptions): VersionRow {
  const { role } = version
  const { words } = options
  const { roles, chips } = words.messages.library
  const isSkipped = version.quarantine !== undefined
  const isDamaged = version.damagedAt !== undefined
  return {
    version: version.version,
    role,
    sentence: sentenceOf(version, options),
    chip: words.say(isDamaged && !isSkipped ? chips.damaged : roles[isSkipped ? 'quarantined' : role]) ?? '',
    tone: isSkipped || isDamaged ? 'bad' : TONE_OF[role],
    action: actionOf(isSkipped, isBack),
  }
}

function actionOf(isSkipped: boolean, isBack: boolean): VersionRow['action'] {
  if (isSkipped) return 'tryVersion'
  return isBack ? 'goBack' : undefined
}

function sentenceOf(version: InstalledVersion, options: DescribePluginOptions): string {
  const { words, isChecked = false } = options
  const { library } = words.messages
  const { role, quarantine, damagedAt, health, installedAt, sizeBytes } = version
  if (quarantine) {
    const why = words.say(library.condemned[quarantine.cause ?? 'failed'], { n: quarantine.failures })
    return `${why} ${words.say(library.skippedUntil, { until: words.date(quarantine.until) })}`
  }
  if (damagedAt !== undefined) return words.say(library.damaged) ?? ''
  if (role === 'previous') return words.say(library.kept, { size: words.bytes(sizeBytes) }) ?? ''
  if (isChecked) return words.say(library.works) ?? ''
  const text = health === 'healthy' ? library.installed : library.onTrial
  return words.say(text, { date: words.date(installedAt) }) ?? ''
}
