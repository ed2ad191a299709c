import { Subject } from 'rxjs'
import type { PluginDock } from '../../dock/types.js'

const speechOfDocks = new WeakMap<PluginDock, Subject<string>>()

/** What a widget wants screen readers to hear; the dock's live region says it. */
export function speechOf(dock: PluginDock): Subject<string> {
  const speech = speechOfDocks.get(dock) ?? new Subject<string>()
  speechOfDocks.set(dock, speech)
  return speech
}

/** For so long what follows is taken for an answer to what was pressed. */
const ANSWER_MS = 2000

const pressedOfDocks = new WeakMap<PluginDock, Map<string, number>>()

/** A person pressed something about this download: what comes of it is seen where the focus is. */
export function notePress(dock: PluginDock, taskId: string, at: number): void {
  const pressed = pressedOfDocks.get(dock) ?? new Map<string, number>()
  pressedOfDocks.set(dock, pressed.set(taskId, at))
}

/** Whether what is told of this download now would repeat what a person has just pressed. */
export function isAnswer(dock: PluginDock, taskId: string, at: number): boolean {
  const pressedAt = pressedOfDocks.get(dock)?.get(taskId)
  return pressedAt !== undefined && at - pressedAt < ANSWER_MS
}
