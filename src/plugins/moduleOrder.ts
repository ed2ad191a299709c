/** What importing `path` waits for. */
export type Dependencies = (path: string) => readonly string[]

export interface ModuleOrder {
  /** Everything that `root` needs, leaves first, `root` last. */
  readonly paths: readonly string[]
  /** The first circle that was met, its first module repeated at the end. */
  readonly cycle: readonly string[] | undefined
}

/** Depth first, with a stack of its own: chains may be thousands deep. */
export function orderOf(root: string, dependenciesOf: Dependencies): ModuleOrder {
  const paths: string[] = []
  const state = new Map<string, 'open' | 'done'>([[root, 'open']])
  const stack = [{ path: root, rest: [...dependenciesOf(root)] }]
  let cycle: readonly string[] | undefined
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const next = top.rest.shift()
    if (next === undefined) {
      paths.push(top.path)
      state.set(top.path, 'done')
      stack.pop()
    } else if (!state.has(next)) {
      state.set(next, 'open')
      stack.push({ path: next, rest: [...dependenciesOf(next)] })
    } else if (state.get(next) === 'open') {
      cycle ??= circle(
        stack.map(({ path }) => path),
        next,
      )
    }
  }
  return { paths, cycle }
}

function circle(open: readonly string[], closing: string): string[] {
  return [...open.slice(open.indexOf(closing)), closing]
}
