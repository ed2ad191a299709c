import { describe, expect, it } from 'vitest'
import { always, dropAfter, type Fault, html, redirect, status } from '../../../src/testing/index.js'
import { expectInvariants } from './invariants.js'
import { AT_ONCE, HALF_WAY, MOST_REQUESTS, openStage, type Run, SIZE_BYTES, type Stage, VARIANTS } from './stage.js'
import { askedOf, begin, expectInstalled } from './story.js'

const CUT = dropAfter(HALF_WAY)
const PAGE = '<!doctype html><html><title>Sign in</title><p>Welcome to our hotel</p></html>'
const FRESH = '/fresh.bin'

interface Expired {
  readonly pluginId: string
  readonly version: string
  readonly url: URL
  readonly status: number
}

/** An app that gives out a link to `FRESH`, and notes what it was asked. */
function linksOf() {
  const asked: Expired[] = []
  const resolveUrl = async (expired: Expired) => {
    asked.push(expired)
    return new URL(`${FRESH}?link=${asked.length}`, expired.url)
  }
  return { asked, dock: { ...AT_ONCE, resolveUrl } }
}

/** The same task goes on, and fetches only what was not there. */
async function expectGoesOn(stage: Stage, run: Run, otherBytes = 0): Promise<void> {
  stage.origin.unscript()
  await stage.dock.downloads.retryDownload(run.task.id)
  await run.task.finished
  expect(stage.audit.bytesRead(stage.url)).toBeLessThanOrEqual(5000 + SIZE_BYTES + otherBytes)
  await expectInvariants(stage, run, { ended: 'installed', failures: 1, otherBytes })
}

describe.each(VARIANTS)('links and errors, %s', (variant) => {
  it.each([401, 403, 410])('H40 %i in the middle -> asks the app for a fresh link once, goes on', async (code) => {
    const { asked, dock } = linksOf()
    const stage = await openStage({ dock })
    const plugin = await stage.publish(variant, { etag: '"one"' })
    stage.origin.put(FRESH, { bytes: plugin.bytes, etag: '"one"' })
    stage.origin.script(plugin.path, CUT, always(status(code)))
    const run = await stage.start(plugin)
    await run.task.finished
    expect(asked).toEqual([
      { pluginId: plugin.id, version: '2.0.0', url: new URL(stage.url + plugin.path), status: code },
    ])
    const fresh = stage.origin.requests.filter(({ path }) => path.startsWith(FRESH))
    expect(fresh.map(({ headers }) => headers.range)).toEqual([`bytes=${stage.audit.bytesRead(plugin.path)}-`])
    expect(run.task.progress.bytesTransferred).toBe(SIZE_BYTES)
    plugin.manifest.bundle.urls.push(FRESH)
    await expectInvariants(stage, run, { ended: 'installed', failures: 1 })
  })

  it('H40 every link that the app gives out has expired as well -> asks a few times, fails, keeps the bytes', async () => {
    const { asked, dock } = linksOf()
    const stage = await openStage({ dock })
    const plugin = await stage.publish(variant, { etag: '"one"' })
    stage.origin.put(FRESH, { bytes: plugin.bytes, etag: '"one"' })
    stage.origin.script(plugin.path, CUT, always(status(403)))
    stage.origin.script(FRESH, always(status(403)))
    const run = await stage.start(plugin)
    await expect(run.task.finished).rejects.toMatchObject({ code: 'http-status', status: 403 })
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.length).toBeLessThanOrEqual(MOST_REQUESTS)
    plugin.manifest.bundle.urls.push(FRESH)
    await expectGoesOn(stage, run)
  })

  it.each([401, 404, 451])('H41 %i -> not asked again blindly; http-status, and the bytes are kept', async (code) => {
    const { stage, run } = await begin({ variant, faults: [CUT, always(status(code))] })
    await expect(run.task.finished).rejects.toMatchObject({ code: 'http-status', status: code })
    expect(askedOf(stage, run)).toHaveLength(2)
    await expectGoesOn(stage, run)
  })

  it('H41 404 at the first request -> the old version stays, nothing is left over', async () => {
    const { stage, run } = await begin({ variant, faults: [always(status(404))] })
    await expect(run.task.finished).rejects.toMatchObject({ code: 'http-status', status: 404 })
    await expectInvariants(stage, run, { ended: 'failed' })
  })

  it('H42 404 once, with a page -> fails, and a retry goes on behind the bytes that were right', async () => {
    const { stage, run } = await begin({
      variant,
      faults: [CUT, status(404, { body: PAGE, contentType: 'text/html' })],
    })
    await expect(run.task.finished).rejects.toMatchObject({ code: 'http-status', status: 404 })
    await expectGoesOn(stage, run)
  })

  it('H43 500 with a page behind the bytes that were right -> no byte of the page is taken, goes on', async () => {
    const failure = status(500, { body: PAGE, contentType: 'text/html' })
    const faults = [CUT, failure, failure]
    const [first, ...others] = await expectInstalled({ variant, faults }, { failures: 3, exact: true })
    expect(first?.offset).toBe(0)
    expect(new Set(others.map(({ offset }) => offset)).size).toBe(1)
    expect(others).toHaveLength(3)
  })

  it.each<[string, Fault]>([
    ['200 with a page', html(PAGE)],
    ['a redirect to a page', redirect('/login')],
  ])('H44 a captive portal answers a resume with %s -> waits, asks again, goes on', async (_, portal) => {
    const others = { '/login': { bytes: PAGE, contentType: 'text/html' } }
    await expectInstalled(
      { variant, others, faults: [CUT, portal] },
      { failures: 1, exact: true, otherBytes: PAGE.length },
    )
  })

  it.each<[string, Fault]>([
    ['200 with a page', html(PAGE)],
    ['a redirect to a page', redirect('/login')],
  ])(
    'H44 a captive portal answers everything with %s -> waits and says so; goes on by itself with the bytes it had',
    async (_, portal) => {
      const others = { '/login': { bytes: PAGE, contentType: 'text/html; charset=utf-8' } }
      const { stage, run } = await begin({ variant, others, faults: [CUT, always(portal)] })
      const { waitingFor } = await stage.until(run, 'awaitingNetwork')
      expect(waitingFor).toMatchObject({ code: 'captive-portal', host: new URL(stage.url).host })
      expect(waitingFor?.message).toContain('web page')
      for (let probes = 0; probes < 10; probes++) await stage.origin.next('request', run.plugin.path)
      expect(run.task.progress).toMatchObject({ state: 'awaitingNetwork', attempt: 2 })
      stage.origin.unscript()
      await run.task.finished
      expect(run.task.progress.bytesTransferred).toBeLessThanOrEqual(SIZE_BYTES + 10 * PAGE.length)
      await expectInvariants(stage, run, { ended: 'installed', failures: 2, otherBytes: 40 * PAGE.length })
    },
  )
})
