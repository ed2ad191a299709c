import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate'
import { adjacencyMapToArray, getAdjacencyMap } from 'xstate/graph'

export type ModelSnapshot = AnyMachineSnapshot

interface ModelEvent {
  readonly type: string
}

/** Every event of a model, by name. Those that never change anything are among them, as they are not in `model.events`. */
export function eventsOf({ root }: AnyStateMachine): readonly string[] {
  return [...new Set([root, ...Object.values(root.states)].flatMap(({ transitions }) => [...transitions.keys()]))]
}

/**
 * Those that may happen in a state: what a guard forbids is no step of any path. What happens and changes nothing is
 * one, which `snapshot.can` would deny.
 */
export function possibleEvents(types: readonly string[]): (snapshot: ModelSnapshot) => readonly ModelEvent[] {
  const events = types.map((type) => ({ type }))
  return (snapshot) => events.filter((event) => snapshot.machine.getTransitionData(snapshot, event).length > 0)
}

/** A state with what is not as it was at first, for people. */
export function nameOf({ value, context, machine }: ModelSnapshot): string {
  const initial: Readonly<Record<string, unknown>> = machine.config.context
  const details = Object.entries(context)
    .filter(([key, detail]) => detail !== initial[key])
    .map(([key, detail]) => `${key} ${String(detail)}`)
  return details.length === 0 ? String(value) : `${String(value)} (${details.join(', ')})`
}

/** A path for each way into a state: the default takes some for others. */
export function serializeStep(snapshot: ModelSnapshot, event?: ModelEvent, before?: ModelSnapshot): string {
  const how = event && before ? ` by ${event.type} from ${nameOf(before)}` : ''
  return nameOf(snapshot) + how
}

/** Every transition of the graph, in words. */
export function transitionsOf(model: AnyStateMachine, types: readonly string[]): readonly string[] {
  const graph = getAdjacencyMap(model, { events: possibleEvents(types), serializeState: nameOf } as never) // reason: the types know no events of any machine
  const steps: readonly { state: ModelSnapshot; event: ModelEvent; nextState: ModelSnapshot }[] =
    adjacencyMapToArray(graph)
  return steps.map(({ state, event, nextState }) => `${nameOf(state)} | ${event.type} -> ${nameOf(nextState)}`)
}

interface ModelStep {
  readonly state: ModelSnapshot
  readonly event: ModelEvent
}

export interface ModelGraphPath {
  readonly state: ModelSnapshot
  /** The first is the model's first state. */
  readonly steps: readonly ModelStep[]
}

/**
 * The same transitions on fewer paths. One that changes nothing would be the end of a path of its own; here all those
 * of a state come, one after the other, at the end of one path that leads there.
 */
export function withLoopsInPassing(paths: readonly ModelGraphPath[]): readonly ModelGraphPath[] {
  const ways = new Map<string, readonly ModelStep[]>()
  const loops = new Map<string, ModelStep[]>()
  for (const { steps } of paths) {
    const loop = loopAtEnd(steps)
    const way = loop ? steps.slice(0, -1) : steps
    ways.set(wordsOf(way), way)
    if (!loop) continue
    const name = nameOf(loop.state)
    loops.set(name, [...(loops.get(name) ?? []), loop])
  }
  const all = [...ways.keys()]
  const [whole, parts] = partition([...ways], ([words]) => !all.some((other) => other.startsWith(`${words}, `)))
  return [...whole, ...parts].flatMap(([, way], index) => {
    const [last] = way.slice(-1)
    if (!last) return []
    const more = loops.get(nameOf(last.state)) ?? []
    loops.delete(nameOf(last.state))
    return index < whole.length || more.length > 0 ? { state: last.state, steps: [...way, ...more] } : []
  })
}

function wordsOf(steps: readonly ModelStep[]): string {
  return steps.map(({ event }) => event.type).join(', ')
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))]
}

function loopAtEnd(steps: readonly ModelStep[]): ModelStep | undefined {
  const [before, last] = steps.slice(-2)
  return before && last && nameOf(before.state) === nameOf(last.state) ? last : undefined
}
