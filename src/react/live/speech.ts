import { Subject } from 'rxjs'
import type { PluginDock } from '../../dock/types.js'

const speechOfDocks = new WeakMap<PluginDock, Subject<string>>()

/** What a widget wants screen readers to hear; the dock's live region says it. */
export function speechOf(dock: PluginDock): Subject<string> {
  const speech = speechOfDocks.get(dock) ?? new Subject<string>()
  speechOfDocks.set(dock, speech)
  return speech
}
