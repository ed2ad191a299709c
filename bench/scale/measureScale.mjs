/** How many versions of each plugin lie on the disk: the active one, and the one before. */
const VERSIONS = ['1.0.0', '2.0.0']
const BUNDLE_BYTES = 600
const AT_ONCE = 16

/**
 * Fills a store with `count` versions of small plugins, as an app does, and measures what a dock does with all of them.
 * `createDock(options)` opens one over the same store each time. Runs in Node and in browsers.
 */
export async function measureScale(createDock, count) {
  const dock = await createDock({ fetch: serve, maxConcurrentDownloads: AT_ONCE })
  const ids = Array.from({ length: count / VERSIONS.length }, (_, index) => `bench.plugin-${index}`)
  for (const version of VERSIONS) await installAll(dock, ids, version)
  await dock.close()

  const [startMs, again] = await timed(() => createDock({}))
  const [listMs, plugins] = await timed(() => again.storage.getInstalledPlugins())
  const [planMs, plan] = await timed(() => again.storage.planEviction(Number.MAX_SAFE_INTEGER))
  const [usedMs] = await timed(() => again.storage.getUsedSpace())
  const [orphansMs] = await timed(() => again.storage.collectOrphans({ dryRun: true }))
  const [deleteMs] = await timed(() => again.storage.deletePlugin(ids[0]))
  const [evictMs] = await timed(() => again.storage.evictLeastRecentlyUsed(Number.MAX_SAFE_INTEGER))
  await again.close()
  if (plugins.length !== ids.length || plan.items.length < ids.length) throw new Error('Not everything is there')
  return { startMs, listMs, planMs, usedMs, orphansMs, deleteMs, evictMs }
}

async function installAll(dock, ids, version) {
  const tasks = []
  for (const id of ids) {
    const task = await dock.downloads.startDownload(await manifestOf(id, version))
    tasks.push(task.finished)
    if (tasks.length >= 100) await Promise.all(tasks.splice(0))
  }
  await Promise.all(tasks)
  await dock.downloads.dismissSettled()
}

async function timed(work) {
  const startedAt = performance.now()
  const result = await work()
  return [performance.now() - startedAt, result]
}

async function manifestOf(id, version) {
  const bytes = bytesOf(id, version)
  const digest = toBase64(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
  return {
    manifestVersion: 1,
    id,
    version,
    entry: 'index.js',
    bundle: {
      urls: [`https://bench.test/${id}/${version}`],
      format: 'file',
      size: bytes.length,
      integrity: `sha256-${digest}`,
      chunks: { algorithm: 'sha256', lengths: BUNDLE_BYTES, digests: digest },
    },
  }
}

function bytesOf(id, version) {
  return new TextEncoder().encode(`export const name = '${id} ${version}'`.padEnd(BUNDLE_BYTES))
}

function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes))
}

/** Every bundle there is, whole or in part. */
async function serve(input, init) {
  const { pathname } = new URL(input instanceof Request ? input.url : input)
  const [, id, version] = pathname.split('/')
  const bytes = bytesOf(id, version)
  const range = new Headers(init?.headers ?? input.headers).get('range')
  const [, first = '0'] = /bytes=(\d+)-/.exec(range ?? '') ?? []
  const head = { 'content-range': `bytes ${first}-${bytes.length - 1}/${bytes.length}` }
  return new Response(bytes.subarray(Number(first)), { status: range ? 206 : 200, headers: range ? head : {} })
}
