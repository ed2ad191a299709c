import type { AnyStateMachine, ContextFrom, EventFromLogic, SnapshotFrom } from 'xstate'
import { createTestModel as createGraphModel } from 'xstate/graph'
import {
  eventsOf,
  type ModelGraphPath,
  type ModelSnapshot,
  nameOf,
  possibleEvents,
  serializeStep,
  transitionsOf,
  withLoopsInPassing,
} from './modelGraph.js'

export type ModelEventType<TModel extends AnyStateMachine> = EventFromLogic<TModel>['type']
export type ModelStateName<TModel extends AnyStateMachine> = Extract<SnapshotFrom<TModel>['value'], string>

/** One for each state, or one for all of them. */
type StateExecutors<TName extends string, TSystem, TContext> =
  | ({ readonly [Name in TName]: (system: TSystem, context: TContext) => unknown } & { readonly '*'?: undefined })
  | { readonly '*': (system: TSystem, context: TContext, state: TName) => unknown }

/** What the words of a model mean to the system under test. */
export interface ModelExecutors<
  TModel extends AnyStateMachine,
  TSystem,
  TEvent extends ModelEventType<TModel> = ModelEventType<TModel>,
  TState extends string = ModelStateName<TModel>,
> {
  /** A new system for every path. */
  readonly open: () => TSystem | Promise<TSystem>
  /** Makes each event happen, and settles when its effect can be looked for. */
  readonly events: { readonly [Type in TEvent]: (system: TSystem, context: ContextFrom<TModel>) => unknown }
  /** Fails where the system is not, and does not come to be, in that state; or one for all, under `'*'`. */
  readonly states: StateExecutors<TState, TSystem, ContextFrom<TModel>>
  /** Called after every path, also after one that failed. */
  readonly close?: (system: TSystem) => unknown
}

export interface ModelRunOptions<TEvent extends string> {
  /** Only paths of these events, for where not all can be made to happen. @default all */
  readonly only?: readonly TEvent[]
  /** Whose paths: that of `@xstate/test` does as well. @default that of `xstate/graph` */
  readonly createTestModel?: CreateTestModel
}

/** What `xstate/graph` and `@xstate/test` have in common. */
export type CreateTestModel = (
  machine: never,
  options: never,
) => {
  getShortestPaths(options: never): readonly unknown[]
  testPath(path: never, params: never): Promise<unknown>
}

/** One way through a model. */
export interface ModelPath {
  /** What happens, and where that leads. */
  readonly description: string
  readonly events: readonly string[]
  /** Opens a system and walks it. Rejects with every step so far, the one that failed, and why. */
  run(): Promise<void>
}

/** The paths of a model, and what was walked of it. */
export interface ModelRun {
  readonly model: string
  /** The shortest way to every transition; those that change nothing are taken in passing. */
  readonly paths: readonly ModelPath[]
  /** Every transition that the model has, as its graph says. */
  readonly transitions: readonly string[]
  /** Of those, what no path has walked to its end so far. */
  readonly missed: readonly string[]
}

/**
 * Binds a model to a system under test: for each path a test, and in the end a look at what was missed.
 * Throws where an event or a state of the model has no executor, or an executor is of nothing in it, and for a model
 * with states in states: what it remembers belongs into its context.
 *
 * @example
 * const run = createModelRun(downloadModel, { open: () => new MyApp(), events: {...}, states: {...} })
 * for (const path of run.paths) test(path.description, () => path.run())
 * after(() => assert.deepEqual(run.missed, []))
 */
export function createModelRun<
  TModel extends AnyStateMachine,
  TSystem,
  const TEvent extends ModelEventType<TModel> = ModelEventType<TModel>,
  TState extends string = ModelStateName<TModel>,
>(
  model: TModel,
  executors: ModelExecutors<TModel, TSystem, NoInfer<TEvent>, NoInfer<TState>>,
  { only, createTestModel = createGraphModel }: ModelRunOptions<TEvent> = {},
): ModelRun {
  assertFlat(model)
  const types = only ?? eventsOf(model)
  const bound = bind(model, types, executors as unknown as BoundExecutors) // reason: checked by name, while it runs
  const transitions = transitionsOf(model, types)
  const walked = new Set<string>()
  const options = { events: possibleEvents(types), serializeState: serializeStep }
  const testModel = createTestModel(model as never, options as never) // reason: each has its own names for the same
  const shortest = testModel.getShortestPaths(options as never) as readonly ModelGraphPath[] // reason: the same
  return {
    model: model.id,
    transitions,
    paths: withLoopsInPassing(shortest).map((path) => {
      const walk = (params: unknown) => testModel.testPath(path as never, params as never) // reason: the same
      return describePath(model.id, path, bound, walked, walk)
    }),
    get missed() {
      return transitions.filter((transition) => !walked.has(transition))
    },
  }
}

type Executor = (system: unknown, context: unknown, state: string) => unknown

interface BoundExecutors {
  readonly open: () => unknown
  readonly events: Readonly<Record<string, Executor>>
  readonly states: Readonly<Record<string, Executor>>
  readonly close?: (system: unknown) => unknown
}

function bind(model: AnyStateMachine, types: readonly string[], executors: BoundExecutors): BoundExecutors {
  const { events, states } = executors
  assertNone(model, 'event', 'no executor', lacking(types, events))
  assertNone(model, 'event', 'no place in the model', lacking(Object.keys(events), toKeys(eventsOf(model))))
  assertNone(model, 'event', 'no place in the model', lacking(types, toKeys(eventsOf(model))))
  if ('*' in states) return executors
  assertNone(model, 'state', 'no executor', lacking(Object.keys(model.states), states))
  assertNone(model, 'state', 'no place in the model', lacking(Object.keys(states), model.states))
  return executors
}

/** States in states have no names to tell them apart by: transitions would be taken for others, and count as walked. */
function assertFlat({ id, states }: AnyStateMachine): void {
  const deep = Object.keys(states).filter((name) => Object.keys(states[name]?.states ?? {}).length > 0)
  if (deep.length > 0) throw new TypeError(`${id}: a model has no states within the state ${deep.join(', ')}`)
}

function lacking(names: readonly string[], known: object): readonly string[] {
  return names.filter((name) => !Object.hasOwn(known, name))
}

function toKeys(names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, name]))
}

function assertNone(model: AnyStateMachine, kind: string, what: string, names: readonly string[]): void {
  if (names.length > 0) throw new TypeError(`${model.id}: ${what} for the ${kind} ${names.join(', ')}`)
}

function describePath(
  model: string,
  path: ModelGraphPath,
  executors: BoundExecutors,
  walked: Set<string>,
  test: (params: unknown) => Promise<unknown>,
): ModelPath {
  const events = path.steps.slice(1).map(({ event }) => event.type)
  return {
    description: `${events.join(', ') || 'nothing'} -> ${nameOf(path.state)}`,
    events,
    async run() {
      const walk = new Walk(model, path)
      const system = await executors.open()
      try {
        await test(walk.params(system, executors)).catch((error: unknown) => Promise.reject(walk.explain(error)))
        for (const step of walk.steps) walked.add(step)
      } finally {
        await executors.close?.(system)
      }
    },
  }
}

/** One walk along a path: knows how far it came. */
class Walk {
  /** As {@link transitionsOf} words them. */
  readonly steps: string[] = []
  readonly #model: string
  readonly #path: ModelGraphPath
  #at: ModelSnapshot | undefined
  #event: string | undefined

  constructor(model: string, path: ModelGraphPath) {
    this.#model = model
    this.#path = path
  }

  params(system: unknown, { events, states }: BoundExecutors): unknown {
    const happen = (type: string, execute: Executor) => async (): Promise<void> => {
      this.#event = type
      if (this.#at) await execute(system, this.#at.context, type)
    }
    const look = async (snapshot: ModelSnapshot): Promise<void> => {
      const name = String(snapshot.value)
      const check = states[name] ?? states['*']
      await check?.(system, snapshot.context, name)
      if (this.#at) this.steps.push(`${nameOf(this.#at)} | ${this.#event} -> ${nameOf(snapshot)}`)
      this.#at = snapshot
    }
    return {
      events: Object.fromEntries(Object.entries(events).map(([type, execute]) => [type, happen(type, execute)])),
      states: { '*': look },
    }
  }

  /** Every step, with what became of it. */
  explain(error: unknown): Error {
    const done = this.#at === undefined ? 0 : this.steps.length + 1
    const trace = this.#path.steps.map(({ event, state }, index) => {
      const mark = MARKS[Math.sign(index - done) as -1 | 0 | 1] // reason: there are no other signs
      return `  ${mark} ${index === 0 ? 'at first' : event.type} -> ${nameOf(state)}`
    })
    // what a test model adds to the message says the same at length
    const why = (error instanceof Error ? error.message : String(error)).split('\nPath:\n')[0]
    const where = `${this.#model}, step ${done} of ${this.#path.steps.length - 1}`
    return new Error(`${where}: ${why}\n${trace.join('\n')}`, { cause: error })
  }
}

const MARKS = { [-1]: 'done   ', 0: 'FAILED ', 1: 'not yet' }
