import type { IconName } from '../card/looks.js'
import type { PluginView } from '../dock/library.js'
import type { Words } from '../words/words.js'
import type { PluginDescription } from './describePlugin.js'
import type { LibraryCallbacks, PluginUpdate } from './libraryTypes.js'

export interface RowAction {
  readonly name: 'open' | 'update' | 'repair' | 'pin' | 'check' | 'goBack' | 'remove'
  readonly label: string
  readonly icon: IconName | undefined
  readonly isMain: boolean
  run(): void
}

interface MenuOptions {
  readonly callbacks: LibraryCallbacks
  readonly deeds: {
    attempt(work: Promise<unknown>): void
    check(): void
    remove(): void
  }
  readonly words: Words
  readonly update: PluginUpdate | undefined
  /** Bytes to transfer, where a check has told. */
  readonly repairBytes?: number | undefined
}

/** What can be done now: what the plugin's state allows and the app knows how to do. */
export function menuOf(
  { plugin }: PluginView,
  description: PluginDescription,
  { callbacks, deeds, words, update, repairBytes }: MenuOptions,
): { readonly actions: readonly RowAction[]; readonly menu: readonly RowAction[] } {
  const { pluginId, state, previous, size } = description
  const { library, buttons } = words.messages
  const { onOpen, onUpdate, onRepair, onPin, onCheck, onGoBack, onRemove } = callbacks
  const action = (
    name: RowAction['name'],
    icon: IconName | undefined,
    text: string | undefined,
    run: (() => void) | undefined,
  ): readonly RowAction[] =>
    run && text !== undefined
      ? [{ name, icon, label: text, isMain: name === 'repair' || (name === 'open' && state === 'rolledBack'), run }]
      : []
  const isDamaged = state === 'damaged'
  const updateSize = update?.sizeBytes === undefined ? undefined : words.bytes(update.sizeBytes)
  return {
    actions: [
      ...action('update', 'down', words.say(library.update, { size: updateSize }), update && bound(onUpdate, pluginId)),
      ...action(
        'repair',
        'shield',
        words.say(buttons.repair, { size: repairBytes === undefined ? undefined : words.bytes(repairBytes) }),
        isDamaged ? tried(onRepair, pluginId, deeds) : undefined,
      ),
      ...action('open', undefined, words.say(buttons.open), mayOpen(state) ? bound(onOpen, pluginId) : undefined),
    ],
    menu: [
      ...action(
        'pin',
        'pin',
        words.say(plugin.pinned ? library.unpin : library.pin),
        onPin && (() => deeds.attempt(onPin(pluginId, !plugin.pinned))),
      ),
      ...action('check', 'shield', words.say(library.check), onCheck && deeds.check),
      ...action('goBack', 'undo', words.say(buttons.goBack, { previous }), tried(onGoBack, pluginId, deeds)),
      ...action('remove', 'trash', words.say(library.remove, { size }), onRemove && deeds.remove),
    ],
  }
}

function mayOpen(state: PluginDescription['state']): boolean {
  return state === 'ok' || state === 'rolledBack'
}

function bound(callback: ((pluginId: string) => void) | undefined, pluginId: string): (() => void) | undefined {
  return callback && (() => callback(pluginId))
}

function tried(
  callback: ((pluginId: string) => Promise<void>) | undefined,
  pluginId: string,
  { attempt }: MenuOptions['deeds'],
): (() => void) | undefined {
  return callback && (() => attempt(callback(pluginId)))
}
