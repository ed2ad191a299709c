import { Session } from 'node:inspector/promises'

/** Which parts of plugdock's code run, as the engine itself counts them. */
export async function startCoverage() {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  const known = new Set()
  return {
    get size() {
      return known.size
    },
    /** The parts that ran since the last call and are not known yet. */
    async takeNew() {
      const { result } = await session.post('Profiler.takePreciseCoverage')
      return result
        .filter(({ url }) => url.includes('/dist/src/'))
        .flatMap(partsThatRan)
        .filter((part) => !known.has(part))
    },
    learn(parts) {
      for (const part of parts) known.add(part)
    },
  }
}

function partsThatRan({ url, functions }) {
  return functions.flatMap(({ ranges }) =>
    ranges.filter(({ count }) => count > 0).map(({ startOffset, endOffset }) => `${url} ${startOffset}-${endOffset}`),
  )
}
