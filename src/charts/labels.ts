import type { AnyTransitionDefinition } from 'xstate'

/** XState's own event types, in the words of a config. */
const INTERNAL_EVENTS: readonly (readonly [RegExp, string])[] = [
  [/^$/, 'always'],
  [/^xstate\.done\.actor\.(.+)$/, '$1 done'],
  [/^xstate\.error\.actor\.(.+)$/, '$1 failed'],
  [/^xstate\.snapshot\.actor\.(.+)$/, '$1 changed'],
  [/^xstate\.done\.state\..+$/, 'done'],
  [/^xstate\.after\.(\d+)\..+$/, 'after $1 ms'],
  [/^xstate\.after\.([^.]+)\..+$/, 'after $1'],
]

/** An event's type as a person writes it. */
export function eventLabel(eventType: string): string {
  const [pattern, words] = INTERNAL_EVENTS.find(([known]) => known.test(eventType)) ?? [/^.*$/, '$&']
  return eventType.replace(pattern, words)
}

/** `event [guard]`; an eventless transition is its guard alone. */
export function transitionLabel({ eventType, guard }: AnyTransitionDefinition): string {
  const event = eventType === '' ? '' : eventLabel(eventType)
  return [event, ...(guard ? [`[${nameOf(guard)}]`] : [])].filter((part) => part !== '').join(' ')
}

/** The name of an action, guard or actor source, where it has one. */
export function nameOf(reference: unknown): string {
  if (typeof reference === 'string') return reference
  if (typeof reference === 'function') return reference.name || 'inline'
  if (typeof reference === 'object' && reference !== null && 'type' in reference) return String(reference.type)
  return 'inline'
}
