/** The tasks of the page's main thread, in ms: how long each took, and how much of that it had a processor. */
export function tasksOf(events) {
  const main = mainThreadOf(events)
  return events
    .filter(({ name, ph, pid, tid }) => ph === 'X' && pid === main?.pid && tid === main?.tid && name === 'RunTask')
    .map(({ dur = 0, tdur = dur }) => ({ elapsedMs: dur / 1000, processorMs: tdur / 1000 }))
}

/** Of the renderer that did most: the page's. */
function mainThreadOf(events) {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
  const busy = ({ pid, tid }) => events.filter((event) => event.pid === pid && event.tid === tid).length
  return mains.toSorted((left, right) => busy(right) - busy(left))[0]
}

/** Functions by the time spent in themselves, most first. */
export function selfTimes(events) {
  const nodes = new Map()
  const spent = new Map()
  for (const { name, args } of events) {
    if (name !== 'ProfileChunk') continue
    const { cpuProfile, timeDeltas = [] } = args.data
    for (const node of cpuProfile?.nodes ?? []) nodes.set(node.id, node.callFrame)
    for (const [index, id] of (cpuProfile?.samples ?? []).entries())
      spent.set(id, (spent.get(id) ?? 0) + (timeDeltas[index] ?? 0))
  }
  const sums = new Map()
  for (const [id, us] of spent) {
    const { functionName = '?', url = '', lineNumber = 0, columnNumber = 0 } = nodes.get(id) ?? {}
    const name = `${functionName || '(anonymous)'} ${url.split('/').at(-1)}:${lineNumber}:${columnNumber}`
    sums.set(name, (sums.get(name) ?? 0) + us)
  }
  return [...sums]
    .toSorted(([, left], [, right]) => right - left)
    .map(([name, us]) => ({ name, ms: Math.round(us / 1000) }))
}
