/** So many that an event's name and ids stay far below what an inspector shows of one. */
const MAX_TASKS_PER_EVENT = 250

/** The same ids in the same order, in as many events as keep each of them small, however many tasks there are. */
export function inBatches(taskIds: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(taskIds.length / MAX_TASKS_PER_EVENT)
  return Array.from({ length: count }, (_, index) => {
    const start = index * MAX_TASKS_PER_EVENT
    return taskIds.slice(start, start + MAX_TASKS_PER_EVENT)
  })
}
