import type { StatelyInspectionEvent } from '@statelyai/inspect'
import type { AnyActorRef, AnyStateMachine, InspectionEvent } from 'xstate'
import { brief } from './brief.js'

/** Receivers take messages for Stately's that carry a version. */
const PROTOCOL_VERSION = '0.7.2'

type Told = StatelyInspectionEvent | undefined

/**
 * Puts what XState tells an inspector into the protocol of `@statelyai/inspect`, at once and in few bytes: that
 * package's own inspectors wait until the page is idle, which a page in the background may not be for seconds, and tell
 * the definition of a machine again for each of its actors. Here it is told with the first.
 */
export function createNarrator(): (happened: InspectionEvent) => Told {
  const defined = new Set<string>()
  let told = 0
  return (happened) => {
    const actor = happened.actorRef as AnyActorRef // reason: whoever has a system is one
    const base = {
      _version: PROTOCOL_VERSION,
      id: String(told++),
      createdAt: String(Date.now()),
      rootId: happened.rootId,
      sessionId: actor.sessionId,
    }
    switch (happened.type) {
      case '@xstate.actor':
        return {
          ...base,
          type: happened.type,
          name: nameOf(actor),
          parentId: actor._parent?.sessionId,
          definition: definitionOf(actor, defined),
          snapshot: briefSnapshot(presentSnapshot(actor)),
        }
      case '@xstate.event':
        return {
          ...base,
          type: happened.type,
          event: briefEvent(happened.event),
          sourceId: happened.sourceRef?.sessionId,
        }
      case '@xstate.snapshot':
        return {
          ...base,
          type: happened.type,
          event: briefEvent(happened.event),
          snapshot: briefSnapshot(happened.snapshot),
        }
      default:
        return undefined
    }
  }
}

/** A root has no name of its own, but that of its machine. */
function nameOf({ id, sessionId, logic }: AnyActorRef & { readonly logic?: Partial<AnyStateMachine> }): string {
  return id === sessionId ? (logic?.config?.id ?? id) : id
}

/** Of a machine: its config, or, where that was told before, its id alone. */
function definitionOf({ logic }: AnyActorRef & { readonly logic?: Partial<AnyStateMachine> }, defined: Set<string>) {
  const { config } = logic ?? {}
  if (!config?.id) return undefined
  if (defined.has(config.id)) return JSON.stringify({ id: config.id })
  defined.add(config.id)
  return JSON.stringify(config)
}

function briefEvent(event: { readonly type: string }): { readonly type: string } {
  return { ...(brief(event) as object), type: event.type } // reason: an object stays one
}

type InspectedSnapshot = Extract<StatelyInspectionEvent, { type: '@xstate.snapshot' }>['snapshot']

/** An actor that is being made has none yet, and XState's build for development throws where it is asked. */
function presentSnapshot(actor: AnyActorRef): Partial<Record<string, unknown>> | undefined {
  try {
    return actor.getSnapshot()
  } catch {
    return undefined
  }
}

function briefSnapshot(snapshot: Partial<Record<string, unknown>> | undefined): InspectedSnapshot {
  const { status = 'active', value, context, output, error, size } = snapshot ?? {}
  const shown = { status, value, context: brief(context), output: brief(output), error: brief(error), size }
  return Object.fromEntries(Object.entries(shown).filter(([, item]) => item !== undefined)) as never // reason: the type has fields that are often absent
}
