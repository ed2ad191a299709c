import { useCallback, useSyncExternalStore } from 'react'
import type { SystemPermission } from './NotificationCentre.js'
import {
  browserNotifier,
  type Choice,
  keepChoice,
  readChoice,
  type SystemNotifier,
  systemState,
} from './systemNotifier.js'

const listeners = new Set<() => void>()
let choice: Choice | 'unread' = 'unread'
/** As it was when somebody last looked: to ask the browser while drawing would hold up the page. */
let permission: ReturnType<SystemNotifier['permission']> | undefined

/** A person's choice, the same for all that is on the page. */
export function chosen(): Choice {
  if (choice === 'unread') choice = readChoice()
  return choice
}

function choose(next: Exclude<Choice, undefined>): void {
  choice = next
  keepChoice(next)
  look()
}

function look(): void {
  permission = browserNotifier.permission()
  for (const listener of [...listeners]) listener()
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    permission = browserNotifier.permission()
    // it is changed in the browser's own settings
    addEventListener('focus', look)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) removeEventListener('focus', look)
  }
}

function state(): SystemPermission {
  permission ??= browserNotifier.permission()
  return systemState(permission, chosen())
}

/** What was chosen about notifications of the system, and how to change it. Asks the browser at a person's wish only. */
export function useSystemChoice(): {
  readonly system: SystemPermission
  /** Whether a person was never asked. */
  readonly isUndecided: boolean
  readonly change: (isOn: boolean) => void
} {
  const system = useSyncExternalStore(subscribe, state, () => 'unsupported' as const)
  const isUndecided = useSyncExternalStore(
    subscribe,
    () => chosen() === undefined,
    () => false,
  )
  const change = useCallback((isOn: boolean) => {
    if (!isOn) return choose('no')
    void browserNotifier.ask().then((answer) => choose(answer === 'granted' ? 'yes' : 'no'))
  }, [])
  return { system, isUndecided, change }
}
