/**
 * What a list of many downloads that all move, and a real download of 100 MB, cost the page: the longest task of its
 * main thread, how often React commits, and how much of a second is worked.
 *
 *   npm run bench:ui -- [--rows 1000] [--seconds 10] [--slowdown 1,4] [--mb 100] [--profile]
 *     [--json <file>] [--keep]
 *
 * `--slowdown 4` is about a phone. Tasks come from a trace, so that those are seen, too, that are no long tasks yet. On a
 * machine that others use, the time that a task had a processor is the truer one.
 */
import { randomBytes } from 'node:crypto'
import { openBuiltPage } from './builtPage.mjs'
import { benchOptions } from './report/options.mjs'
import { startReport } from './report/report.mjs'
import { MIB, openFiles, openOrigin } from './site.mjs'
import { selfTimes, tasksOf } from './ui/trace.mjs'

const options = benchOptions({ rows: 1000, seconds: 10, slowdown: '1,4', mb: 100, profile: false })
const report = startReport('ui', options)
const forMs = options.seconds * 1000
const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel', '__metadata']
const PROFILING = ['disabled-by-default-v8.cpu_profiler']

const files = await openFiles()
await files.put('big', randomBytes(options.mb * MIB))
const LONGEST = 'longest task (ms)'
const DOWNLOAD = `${options.mb} MB download`
const scenes = new Map()
try {
  for (const slowdown of options.slowdown.split(',').map(Number)) await measureScenes(slowdown)
} finally {
  await files.remove()
}
for (const [slowdown, rows] of scenes) {
  const inTheList = Object.keys(rows).filter((scene) => scene !== DOWNLOAD)
  const all = { [LONGEST]: inTheList.map((scene) => rows[scene][LONGEST]) }
  report.addFigures({
    title: `Chromium: a list of ${options.rows} downloads that all move, a real one, processor slowed down by ${slowdown}`,
    plotted: LONGEST,
    rows: { ...rows, 'all of the list': all },
    ours: [...Object.keys(rows), 'all of the list'],
    goals: slowdown === 1 ? { 'P10 rows': { row: 'all of the list' }, 'P10 download': { row: DOWNLOAD } } : {},
  })
}
await report.finish()

async function measureScenes(slowdown) {
  const { browser, page, close } = await openBuiltPage(new URL('./ui/', import.meta.url), {
    minify: !options.profile,
    serve: async (site) => {
      const origin = await openOrigin(files.folder, site)
      report.uses({ origin: origin.name })
      return origin
    },
  })
  try {
    report.uses({ chromium: browser.version() })
    scenes.set(slowdown, {})
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable')
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown })
    await measure('first picture', () => page.evaluate((count) => globalThis.mountList(count), options.rows))
    await measure('all move', () => page.evaluate((ms) => globalThis.moveList({ forMs: ms }), forMs))
    await measure('all move, scrolled', () =>
      page.evaluate((ms) => globalThis.moveList({ forMs: ms, isScrolling: true }), forMs),
    )
    await measure(DOWNLOAD, () =>
      page.evaluate((url) => globalThis.installBig(url), new URL('files/big.json', page.url()).href),
    )

    async function measure(scene, work) {
      await browser.startTracing(page, { categories: [...CATEGORIES, ...(options.profile ? PROFILING : [])] })
      const before = await metricsOf(session)
      const result = (await work()) ?? {}
      const after = await metricsOf(session)
      const events = JSON.parse((await browser.stopTracing()).toString()).traceEvents
      const tasks = tasksOf(events)
      const share = (name) => percent((after[name] - before[name]) / (after.Timestamp - before.Timestamp))
      scenes.get(slowdown)[scene] = {
        [LONGEST]: longest(tasks, 'elapsedMs'),
        'by processor (ms)': longest(tasks, 'processorMs'),
        'tasks > 50 ms': tasks.filter(({ elapsedMs }) => elapsedMs > 50).length,
        ticks: result.ticks,
        commits: result.commits,
        'most commits a frame': result.mostPerFrame,
        'frames a second': result.frames && Math.round(result.frames / (forMs / 1000)),
        'rows in the page': result.rows,
        'main thread (%)': share('TaskDuration'),
        'script (%)': share('ScriptDuration'),
        'style and layout (%)': percent(
          ['RecalcStyleDuration', 'LayoutDuration'].reduce((sum, name) => sum + after[name] - before[name], 0) /
            (after.Timestamp - before.Timestamp),
        ),
      }
      if (options.profile) {
        console.log(`${scene}, x ${slowdown}`)
        console.table(selfTimes(events).slice(0, 25))
      }
    }
  } finally {
    await close()
  }
}

async function metricsOf(session) {
  const { metrics } = await session.send('Performance.getMetrics')
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
}

function percent(share) {
  return Math.round(share * 100)
}

function longest(tasks, name) {
  return Math.round(Math.max(0, ...tasks.map((task) => task[name])) * 10) / 10
}
