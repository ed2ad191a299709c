import type { SourceFile } from './sourceFile.js'

type Graph = ReadonlyMap<string, readonly string[]>

/** One shortest cycle for each knot of files that import each other, types included. */
export function cycleViolations(files: readonly SourceFile[]): string[] {
  const graph = graphOf(files)
  const knotted = new Set<string>()
  const violations: string[] = []
  for (const path of [...graph.keys()].sort()) {
    if (knotted.has(path)) continue
    const cycle = shortestCycle(graph, path)
    if (!cycle) continue
    for (const member of knotOf(graph, path)) knotted.add(member)
    violations.push(`${cycle.join(' -> ')}. Rule: no import cycle, type-only imports included`)
  }
  return violations
}

function graphOf(files: readonly SourceFile[]): Graph {
  return new Map(
    files.map(({ path, imports }) => [
      path,
      [...new Set(imports.flatMap(({ target }) => (target.kind === 'file' ? [target.path] : [])))],
    ]),
  )
}

/** Breadth first from `start` back to `start`. */
function shortestCycle(graph: Graph, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const path of queue) {
    for (const next of graph.get(path) ?? []) {
      if (next === start) return [...trail(cameFrom, start, path), start]
      if (cameFrom.has(next)) continue
      cameFrom.set(next, path)
      queue.push(next)
    }
  }
  return undefined
}

function trail(cameFrom: ReadonlyMap<string, string>, start: string, end: string): string[] {
  const path = [end]
  for (let at: string | undefined = end; at !== undefined && at !== start; at = cameFrom.get(at)) {
    const before = cameFrom.get(at)
    if (before !== undefined) path.unshift(before)
  }
  return path
}

/** All files that `start` reaches and that reach `start`. */
function knotOf(graph: Graph, start: string): string[] {
  return [...reach(graph, start)].filter((path) => reach(graph, path).has(start))
}

function reach(graph: Graph, start: string): Set<string> {
  const seen = new Set(graph.get(start))
  for (const path of seen) for (const next of graph.get(path) ?? []) seen.add(next)
  return seen
}
