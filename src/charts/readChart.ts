import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate'
import { eventLabel, nameOf, transitionLabel } from './labels.js'

/** A state of a chart, as a drawing needs it. */
export interface ChartState {
  /** Unique in the chart; letters, digits and underscores only. */
  readonly id: string
  readonly name: string
  readonly type: AnyStateNode['type']
  /** The id of the child that is entered first. */
  readonly initial: string | undefined
  readonly children: readonly ChartState[]
  /** Transitions whose two ends lie in this state, and in no child of it. */
  readonly arrows: readonly ChartArrow[]
  /** Description, invoked actors, and transitions that lead nowhere else. */
  readonly notes: readonly string[]
}

export interface ChartArrow {
  readonly from: string
  readonly to: string
  readonly label: string
}

/** Reads a machine's states and transitions into plain data. */
export function readChart(machine: AnyStateMachine): ChartState {
  return readState(machine.root, arrowsByHome(machine.root))
}

function readState(node: AnyStateNode, arrows: ReadonlyMap<AnyStateNode, readonly ChartArrow[]>): ChartState {
  return {
    id: idOf(node),
    name: node.type === 'history' ? 'history' : node.key,
    type: node.type,
    initial: node.type === 'compound' ? node.initial.target?.map(idOf)[0] : undefined,
    children: childrenOf(node).map((child) => readState(child, arrows)),
    arrows: arrows.get(node) ?? [],
    notes: notesOf(node),
  }
}

function arrowsByHome(root: AnyStateNode): Map<AnyStateNode, ChartArrow[]> {
  const arrows = new Map<AnyStateNode, ChartArrow[]>()
  for (const node of descendantsOf(root)) {
    for (const transition of transitionsOf(node)) {
      for (const target of transition.target ?? []) {
        const home = homeOf(node, target)
        const arrow = { from: idOf(node), to: idOf(target), label: transitionLabel(transition) }
        arrows.set(home, [...(arrows.get(home) ?? []), arrow])
      }
    }
  }
  return arrows
}

/** Regions of a parallel state hold no arrows between them, so those stand one level further out. */
function homeOf(source: AnyStateNode, target: AnyStateNode): AnyStateNode {
  const outer = new Set(ancestorsOf(target))
  const common = ancestorsOf(source).filter((node) => outer.has(node))
  return common.find((node) => node.type !== 'parallel') ?? source.machine.root
}

/** Innermost first. */
function ancestorsOf(node: AnyStateNode): AnyStateNode[] {
  return node.parent ? [node.parent, ...ancestorsOf(node.parent)] : []
}

function descendantsOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...childrenOf(node).flatMap(descendantsOf)]
}

function childrenOf(node: AnyStateNode): AnyStateNode[] {
  return Object.values(node.states)
}

function transitionsOf(node: AnyStateNode): AnyTransitionDefinition[] {
  return [...(node.always ?? []), ...[...node.transitions.values()].flat()]
}

function notesOf(node: AnyStateNode): string[] {
  const invoked = node.invoke.map(({ id, src }) => `invokes ${nameOf(src)}${id === src ? '' : ` as ${id}`}`)
  const inner = transitionsOf(node).filter((transition) => !transition.target && transition.actions.length > 0)
  const reactions = inner.map(
    (transition) => `on ${transitionLabel(transition)}: ${transition.actions.map(nameOf).join(', ')}`,
  )
  const ignored = transitionsOf(node).filter((transition) => !transition.target && transition.actions.length === 0)
  return [
    ...(node.description ? [node.description] : []),
    ...invoked,
    ...reactions,
    ...ignored.map(({ eventType }) => `ignores ${eventLabel(eventType)}`),
  ]
}

/** Unique in a chart: letters, digits and underscores. */
export function idOf(node: AnyStateNode): string {
  return node.id.replaceAll(/\W/g, '_')
}
