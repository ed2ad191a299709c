const TRANSITIONS = 1000
const BUNDLE_BYTES = 600
const BUNDLE_DIGEST = 'A'.repeat(43)

/**
 * Queues `count` downloads at once, three of which run into a server that never answers, and measures what each costs.
 * `createDock(options)` opens a dock over the same store each time, `heapBytes` says what is in use after a collection,
 * or nothing where nobody can tell. Runs in Node and in browsers.
 */
export async function measureQueue(createDock, count, heapBytes = () => undefined) {
  const dock = await createDock({ fetch: neverAnswers })
  const before = heapBytes()
  const [enqueueMs, tasks] = await timed(() =>
    Promise.all(sources(count).map((each) => dock.downloads.startDownload(each))),
  )
  const after = heapBytes()
  const transitionUs = transitions(dock, tasks.slice(-TRANSITIONS)) * 1000
  const [pauseAllMs] = await timed(() => dock.downloads.pauseAll())
  const [resumeAllMs] = await timed(() => dock.downloads.resumeAll())
  await dock.close()

  const firstByte = new Promise((resolve) => {
    restarted = resolve
  })
  const startedAt = performance.now()
  const again = await createDock({ fetch: answersOnce })
  const openMs = performance.now() - startedAt
  const firstByteMs = (await firstByte) - startedAt
  const listed = again.downloads.getTasks().length
  await again.close()
  if (listed !== count) throw new Error(`${count} were queued, ${listed} are there after a restart`)
  return {
    enqueueUsEach: (enqueueMs * 1000) / count,
    heapBytesEach: before === undefined ? undefined : (after - before) / count,
    transitionUs,
    pauseAllUsEach: (pauseAllMs * 1000) / count,
    resumeAllUsEach: (resumeAllMs * 1000) / count,
    openMs,
    firstByteMs,
  }
}

/** Of the mean, in ms: each is another priority for one of those that wait, and what follows of it. */
function transitions(dock, tasks) {
  const startedAt = performance.now()
  tasks.forEach(({ id }, at) => {
    dock.supervisor.send({ type: 'download.reprioritize', taskId: id, priority: at % 7 })
  })
  return (performance.now() - startedAt) / tasks.length
}

function sources(count) {
  return Array.from({ length: count }, (_, index) => ({
    manifestVersion: 1,
    id: `bench.plugin-${index}`,
    version: '1.0.0',
    entry: 'index.js',
    bundle: {
      urls: [`https://bench.test/${index}`],
      format: 'file',
      size: BUNDLE_BYTES,
      integrity: `sha256-${BUNDLE_DIGEST}=`,
      chunks: { algorithm: 'sha256', lengths: BUNDLE_BYTES, digests: `${BUNDLE_DIGEST}=` },
    },
  }))
}

async function timed(work) {
  const startedAt = performance.now()
  const result = await work()
  return [performance.now() - startedAt, result]
}

let restarted = () => {}

function answersOnce(input, init) {
  restarted(performance.now())
  return neverAnswers(input, init)
}

/** Until nobody wants to know. */
function neverAnswers(input, init) {
  const signal = init?.signal ?? input.signal
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
}
