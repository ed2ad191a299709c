import { describe, expect, test } from 'vitest'
import {
  type AnyActorLogic,
  type AnyStateMachine,
  type AnyStateNode,
  createMachine,
  type EventObject,
  fromCallback,
  transition,
} from 'xstate'
import { activationMachine, downloadMachine, supervisorMachine } from '../../../machines/index.js'
import { type ChartState, readChart } from '../../../src/charts/readChart.js'

const MACHINES: readonly (readonly [string, AnyStateMachine])[] = [
  ['supervisor', supervisorMachine],
  ['download', downloadMachine],
  ['activation', activationMachine],
]

/** As `plugdock machines --format json` prints it. */
const textOf = (machine: AnyStateMachine): string => JSON.stringify(machine.config)

/** What a config refers to by `keys`, wherever it does. */
function referencesIn(value: unknown, keys: ReadonlySet<string>): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (keys.has(key) ? [inner].flat() : referencesIn(inner, keys)))
}

/** With every guard saying the same, and nothing happening. */
function told(machine: AnyStateMachine, verdict: boolean): AnyStateMachine {
  const { guards, actions, actors } = machine.implementations
  const same = <T>(names: object, value: T): Record<string, T> =>
    Object.fromEntries(Object.keys(names).map((name) => [name, value]))
  return machine.provide({
    guards: same(guards, () => verdict),
    actions: same(actions, () => {}),
    actors: same<AnyActorLogic>(
      actors,
      fromCallback(() => {}),
    ),
  })
}

const withDescendants = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values<AnyStateNode>(node.states).flatMap(withDescendants),
]

/** The values of a machine's innermost states, and the events that anything answers to. */
function questionsOf(machine: AnyStateMachine) {
  const nodes = withDescendants(machine.root)
  const leaves = nodes.filter((node) => Object.keys(node.states).length === 0)
  const types = new Set(nodes.flatMap((node) => node.ownEvents).map((type) => type.replace('*', 'anything')))
  return leaves.flatMap(({ path }) => [...types].map((type) => ({ path, event: { type } })))
}

function answer(machine: AnyStateMachine, path: readonly string[], event: EventObject): unknown {
  const value = path.reduceRight<object | string>((inner, key) => (inner === '' ? key : { [key]: inner }), '')
  const snapshot = machine.resolveState({ value: value as never, context: { boot: {}, early: [] } }) // reason: of a state that it has
  return transition(machine, snapshot, event)[0].value
}

function countOf({ children }: ChartState): number {
  return children.reduce((count, child) => count + countOf(child), 1)
}

describe.each(MACHINES)('the config of %s, as JSON', (_, machine) => {
  test('every action, guard and actor is named, none is written in place', () => {
    const references = referencesIn(machine.config, new Set(['actions', 'entry', 'exit', 'guard', 'src']))
    expect(references.length).toBeGreaterThan(5)
    expect(references.filter((reference) => typeof reference !== 'string')).toEqual([])
  })

  test('read back by createMachine -> the same states, transitions and notes', () => {
    const revived = readChart(createMachine(JSON.parse(textOf(machine))))
    expect(countOf(revived)).toBeGreaterThan(8)
    expect(revived).toEqual(readChart(machine))
  })

  test.each([true, false])('any event in any state, every guard says %s -> both go to the same', (verdict) => {
    const original = told(machine, verdict)
    const { guards, actions, actors } = original.implementations
    const revived = createMachine(JSON.parse(textOf(machine))).provide({ guards, actions, actors } as never) // reason: a config read from JSON names nothing to the compiler
    const questions = questionsOf(original)
    expect(questions.length).toBeGreaterThan(50)
    const answers = questions.map(({ path, event }) => answer(original, path, event))
    expect(new Set(answers.map((value) => JSON.stringify(value))).size).toBeGreaterThan(4)
    expect(questions.map(({ path, event }) => answer(revived, path, event))).toEqual(answers)
  })
})
