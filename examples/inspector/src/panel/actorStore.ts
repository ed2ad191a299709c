import type { StatelyActorEvent, StatelyInspectionEvent } from '@statelyai/inspect'
import { type AnyStateMachine, createMachine, type StateValue } from 'xstate'

const MOST_EVENTS = 2000
/** Actors of machines that have ended, which somebody may still want to look at. */
const MOST_ENDED = 50

export interface ShownSnapshot {
  readonly status?: string
  readonly value?: StateValue
  readonly context?: unknown
  readonly output?: unknown
  readonly size?: number
}

export interface ShownActor {
  readonly id: string
  readonly parentId: string | undefined
  readonly name: string
  /** Of its machine; `undefined` for one that has no chart. */
  readonly machineId: string | undefined
  readonly snapshot: ShownSnapshot
}

export interface ShownEvent {
  readonly number: number
  readonly at: number
  readonly type: string
  readonly actorId: string
  readonly actorName: string
  readonly sourceName: string | undefined
  readonly event: unknown
}

export function isEnded({ snapshot }: ShownActor): boolean {
  return snapshot.status !== undefined && snapshot.status !== 'active'
}

/** What a page told of its actors. Listeners hear of changes once a frame. */
export class ActorStore {
  readonly #actors = new Map<string, ShownActor>()
  readonly #introductions = new Map<string, StatelyActorEvent>()
  readonly #machines = new Map<string, AnyStateMachine>()
  readonly #listeners = new Set<() => void>()
  readonly #forwards = new Set<(message: StatelyInspectionEvent) => void>()
  readonly #lately: string[] = []
  #events: ShownEvent[] = []
  #told = 0
  #version = 0
  #isDue = false

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Counts changes. */
  readonly getVersion = (): number => this.#version

  receive(message: StatelyInspectionEvent): void {
    if (message.type === '@xstate.actor') this.#introduce(message)
    else if (message.type === '@xstate.snapshot')
      this.#change(message.sessionId, message.snapshot as ShownSnapshot) // reason: as our own pages tell it
    else this.#happened(message)
    for (const forward of this.#forwards) forward(message)
    this.#changed()
  }

  get actors(): ReadonlyMap<string, ShownActor> {
    return this.#actors
  }

  /** The newest last. */
  get events(): readonly ShownEvent[] {
    return this.#events
  }

  machineOf({ machineId }: ShownActor): AnyStateMachine | undefined {
    return machineId === undefined ? undefined : this.#machines.get(machineId)
  }

  clearEvents(): void {
    this.#events = []
    this.#changed()
  }

  /** Hands every message on: first who is there, then what happens. */
  forward(to: (message: StatelyInspectionEvent) => void): () => void {
    for (const [id, introduction] of this.#introductions) {
      const actor = this.#actors.get(id)
      const machine = actor && this.machineOf(actor)
      const definition = machine ? JSON.stringify(machine.config) : introduction.definition
      if (actor) to({ ...introduction, definition, snapshot: actor.snapshot as StatelyActorEvent['snapshot'] }) // reason: it came as one
    }
    this.#forwards.add(to)
    return () => this.#forwards.delete(to)
  }

  #introduce(message: StatelyActorEvent): void {
    const { sessionId: id, parentId, name, definition } = message
    const machineId = definition === undefined ? undefined : this.#define(definition)
    this.#introductions.set(id, message)
    this.#actors.set(id, { id, parentId, name, machineId, snapshot: message.snapshot as ShownSnapshot }) // reason: as our own pages tell it
  }

  /** The first of its kind comes with the whole machine, the others with its id. */
  #define(definition: string): string {
    const config: { readonly id: string; readonly states?: object } = JSON.parse(definition)
    if (config.states && !this.#machines.has(config.id)) this.#machines.set(config.id, createMachine(config as object))
    return config.id
  }

  #change(id: string, snapshot: ShownSnapshot): void {
    const actor = this.#actors.get(id)
    if (!actor) return
    this.#actors.set(id, { ...actor, snapshot })
    if (isEnded({ ...actor, snapshot }) && !isEnded(actor)) this.#ended(actor)
  }

  #ended({ id, machineId }: ShownActor): void {
    // one without a chart has nothing to show once it has ended
    if (machineId === undefined) return this.#forget(id)
    this.#lately.push(id)
    if (this.#lately.length > MOST_ENDED) this.#forget(this.#lately.shift() ?? id)
  }

  #forget(id: string): void {
    this.#actors.delete(id)
    this.#introductions.delete(id)
  }

  #happened({
    event,
    sessionId,
    sourceId,
    createdAt,
  }: Extract<StatelyInspectionEvent, { type: '@xstate.event' }>): void {
    this.#events.push({
      number: this.#told++,
      at: Number(createdAt),
      type: event.type,
      actorId: sessionId,
      actorName: this.#actors.get(sessionId)?.name ?? sessionId,
      sourceName: sourceId === undefined ? undefined : (this.#actors.get(sourceId)?.name ?? sourceId),
      event,
    })
    // not one by one: each would move all others
    if (this.#events.length > 2 * MOST_EVENTS) this.#events = this.#events.slice(-MOST_EVENTS)
  }

  #changed(): void {
    if (this.#isDue) return
    this.#isDue = true
    requestAnimationFrame(() => {
      this.#isDue = false
      this.#version += 1
      for (const listener of this.#listeners) listener()
    })
  }
}
