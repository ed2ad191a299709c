/** A download that waits for its turn. */
export interface Turn {
  readonly taskId: string
  readonly priority: number
  /** Which of two of the same priority is first. */
  readonly arrival: number
}

export type Direction = 'earlier' | 'later'

/**
 * Which priorities put a download one turn earlier or later. `turns` are in their order. Only what has to change is
 * answered; nothing where there is no such turn.
 */
export function prioritiesAfter(
  turns: readonly Turn[],
  taskId: string,
  direction: Direction,
): ReadonlyMap<string, number> {
  const at = turns.findIndex((turn) => turn.taskId === taskId)
  const first = direction === 'earlier' ? at - 1 : at
  const pair = turns.slice(Math.max(0, first), first + 2)
  if (at < 0 || first < 0 || pair.length < 2) return new Map()
  const wanted = [...turns.slice(0, first), ...pair.reverse(), ...turns.slice(first + 2)]
  return raised(wanted)
}

/** Each as low as it may be, from the last to the first. */
function raised(wanted: readonly Turn[]): ReadonlyMap<string, number> {
  const changed = new Map<string, number>()
  let behind: Turn | undefined
  for (const turn of [...wanted].reverse()) {
    const priority = behind ? Math.max(turn.priority, leastBefore(turn, behind)) : turn.priority
    if (priority !== turn.priority) changed.set(turn.taskId, priority)
    behind = { ...turn, priority }
  }
  return changed
}

function leastBefore({ arrival }: Turn, behind: Turn): number {
  return arrival < behind.arrival ? behind.priority : behind.priority + 1
}
