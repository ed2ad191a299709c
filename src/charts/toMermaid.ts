import { type ChartState, readChart } from './readChart.js'

/**
 * A machine as a Mermaid `stateDiagram-v2`: compound, parallel, final and history states, eventless and delayed
 * transitions, guards, `onDone` and `onError`. Descriptions, invoked actors and transitions that stay where they are
 * stand in notes. Reads names only, so write guards and actions as names and not in place.
 *
 * @example await writeFile('chart.mmd', toMermaid(downloadMachine))
 */
export function toMermaid(machine: Parameters<typeof readChart>[0]): string {
  return drawingOf(readChart(machine))
}

/** The same without notes: states and the ways between them, for a drawing that is to be seen as a whole. */
export function toMermaidOutline(machine: Parameters<typeof readChart>[0]): string {
  return drawingOf(withoutNotes(readChart(machine)))
}

function drawingOf(root: ChartState): string {
  return ['stateDiagram-v2', ...indent(hasBoxOfItsOwn(root) ? boxed(root) : body(root))].join('\n')
}

function withoutNotes(state: ChartState): ChartState {
  return { ...state, notes: [], children: state.children.map(withoutNotes) }
}

/** A root is drawn where something is said of it, or leads from it. */
function hasBoxOfItsOwn(root: ChartState): boolean {
  return (
    root.type === 'parallel' ||
    root.notes.length > 0 ||
    root.arrows.some(({ from, to }) => [from, to].includes(root.id))
  )
}

function boxed(root: ChartState): string[] {
  return [`[*] --> ${root.id}`, ...declaration(root)]
}

/**
 * What stands between a state's braces. Mermaid draws a state inside the braces that name it last, so transitions to
 * deeper states come before the declarations of those.
 */
function body(state: ChartState): string[] {
  if (state.type === 'parallel')
    return state.children.flatMap((region, at) => [...(at > 0 ? ['--'] : []), ...declaration(region)])
  return [
    ...(state.initial ? [`[*] --> ${state.initial}`] : []),
    ...arrows(state),
    ...state.children.filter(({ type }) => type === 'final').map(({ id }) => `${id} --> [*]`),
    ...state.children.flatMap(declaration),
  ]
}

/** One arrow from one state to another, however many events take it. */
function arrows(state: ChartState): string[] {
  const labels = new Map<string, string[]>()
  for (const { from, to, label } of state.arrows) {
    const way = `${from} --> ${to}`
    labels.set(way, [...(labels.get(way) ?? []), ...(label ? [label] : [])])
  }
  return [...labels].map(([way, words]) => (words.length > 0 ? `${way}: ${words.map(plain).join('<br/>')}` : way))
}

function declaration(state: ChartState): string[] {
  const head = `state "${state.name}" as ${state.id}`
  if (state.children.length === 0) return [head, ...note(state)]
  return [`${head} {`, ...indent(body(state)), '}', ...note(state)]
}

function note(state: ChartState): string[] {
  if (state.notes.length === 0) return []
  return [`note right of ${state.id}`, ...indent(state.notes.map(plain)), 'end note']
}

/** Mermaid reads Markdown: two stars would make what stands between them italic. */
function plain(text: string): string {
  return text.replaceAll('*', '\\*')
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`)
}
