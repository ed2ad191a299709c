import { type AnyActorRef, type InspectionEvent, type Observer, type Subscription, toObserver } from 'xstate'

/**
 * Shows an inspector a dock that already runs, as if it had been there from the start: first every actor that is alive,
 * parents before their children, then all that happens, until it unsubscribes. Before and after, inspection costs
 * nothing. Takes what XState's `inspect` takes, so that every inspector of `@statelyai/inspect` will do.
 *
 * What the inspector throws is thrown in a task of its own, and disturbs nothing.
 *
 * `actor` is any actor of the system: `dock.supervisor`, or a machine of your own that spawned it.
 *
 * @example
 * const { inspect } = createBrowserInspector()
 * const attached = inspectActors(dock.supervisor, inspect)
 * attached.unsubscribe()
 */
export function inspectActors(
  actor: AnyActorRef,
  observer: Observer<InspectionEvent> | ((event: InspectionEvent) => void),
): Subscription {
  const inspector = harmless(observer)
  const root = rootOf(actor)
  for (const actorRef of liveActors(root)) inspector.next?.({ type: '@xstate.actor', actorRef, rootId: root.sessionId })
  return actor.system.inspect(inspector)
}

/** XState calls inspectors within transitions: what one throws would end the actor that it only looks at. */
export function harmless(
  observer: Observer<InspectionEvent> | ((event: InspectionEvent) => void),
): Observer<InspectionEvent> {
  const { next } = toObserver(observer)
  return {
    next: (event) => {
      try {
        next?.(event)
      } catch (error) {
        setTimeout(() => {
          throw error
        })
      }
    },
  }
}

function rootOf(actor: AnyActorRef): AnyActorRef {
  return actor._parent ? rootOf(actor._parent) : actor
}

/** A parent knows its children, but for those that a fleet keeps in a Map: the system knows these by their names. */
function liveActors(root: AnyActorRef): Set<AnyActorRef> {
  const found = new Set<AnyActorRef>()
  const visit = (actor: AnyActorRef | undefined): void => {
    if (!actor || found.has(actor)) return
    visit(actor._parent)
    found.add(actor)
    const { children = {} }: { children?: Readonly<Record<string, AnyActorRef>> } = actor.getSnapshot()
    for (const child of Object.values(children)) visit(child)
  }
  visit(root)
  for (const actor of Object.values<AnyActorRef | undefined>(root.system.getAll())) visit(actor)
  return found
}
