import { describe, expect, it, onTestFinished } from 'vitest'
import { commands } from 'vitest/browser'
import type { DownloadState } from '../../../src/hosts/browser/index.js'
import type { FaultCall } from './faultCommands.js'
import {
  BUNDLE,
  beginInPage,
  expectInstalledInPage,
  expectPageInvariants,
  HALF_WAY,
  type PageRun,
  SIZE_BYTES,
  VARIANTS,
} from './pageStage.js'

const CUT: FaultCall = ['dropAfter', HALF_WAY]
const HIDDEN: FaultCall = ['hideHeaders']
const FORMER = { '/former': { size: SIZE_BYTES, seed: 'former' } }
const PAGE = '<!doctype html><html><title>Sign in</title><p>Welcome to our hotel</p></html>'

function until({ dock, task }: PageRun, state: DownloadState): Promise<unknown> {
  return new Promise((resolve) => {
    dock.downloads.watchProgress(task.id).subscribe((progress) => progress.state === state && resolve(progress))
  })
}

describe.each(VARIANTS)('ranges in a page of another origin, %s', (variant) => {
  it('H1 a server answers 200 with everything to a resume -> taken from its start', async () => {
    await expectInstalledInPage({ variant, faults: [CUT, ['ignoreRange']] }, { failures: 1, restarts: 1 })
  })

  it('H6 206 of what was asked for, and no Content-Range to be seen -> taken', async () => {
    const faults: FaultCall[] = [CUT, HIDDEN]
    await expectInstalledInPage({ variant, faults }, { failures: 1 })
  })

  it('H6 206 from 0 to a resume, and no Content-Range to be seen -> found by digest, one clean restart', async () => {
    const faults: FaultCall[] = [CUT, ['together', ['wrongRange', 0], HIDDEN]]
    await expectInstalledInPage({ variant, faults }, { failures: 4, restarts: 1 })
  })

  it('H9 multipart/byteranges to a request for one part -> refused, asked again', async () => {
    await expectInstalledInPage({ variant, faults: [CUT, ['multipart']] }, { failures: 2 })
  })

  it('H19 server ignores If-Range -> the digest finds the splice, one restart', async () => {
    const faults: FaultCall[] = [['together', ['swap', '/former'], CUT], ['ignoreIfRange']]
    await expectInstalledInPage({ variant, others: FORMER, faults }, { failures: 2, restarts: 1 })
  })

  it('H48 neither ETag nor Content-Range is ever to be seen -> right all the same', async () => {
    const faults: FaultCall[] = [
      ['together', CUT, HIDDEN],
      ['always', HIDDEN],
    ]
    const asked = await expectInstalledInPage({ variant, faults }, { failures: 1, restarts: 1 })
    for (const { headers } of asked) expect(headers).not.toHaveProperty('if-range')
  })

  it('H49 the preflight of If-Range is refused -> asked without it, installed', async () => {
    const faults: FaultCall[] = [CUT, ['always', ['refusePreflight']]]
    const asked = await expectInstalledInPage({ variant, faults }, { failures: 2, restarts: 1 })
    expect(asked.length).toBeLessThanOrEqual(4)
  })
})

describe.each(VARIANTS)('compressed answers in a page of another origin, %s', (variant) => {
  it.each<[string, FaultCall]>([
    ['seen', ['gzip', 'ignored']],
    ['hidden', ['together', ['gzip', 'ignored'], HIDDEN]],
  ])('H25 gzip with the length of what is compressed, its headers %s -> no false mismatch', async (_, fault) => {
    const before = (bundleUrl: string) =>
      commands.scriptCase(new URL(bundleUrl).origin, '/acme.charts/manifest.json', [['always', fault]])
    await expectInstalledInPage({ variant, isText: true, faults: [fault], before }, { failures: 1, restarts: 1 })
  })

  it.each<[string, FaultCall]>([
    ['200 and gzip of the whole, as nginx sends it', ['gzip', 'ignored']],
    ['200 and gzip of the whole, its headers hidden', ['together', ['gzip', 'ignored'], HIDDEN]],
    ['206 of the compressed bytes, as Apache sends it', ['gzip', 'compressed']],
    ['206 of the compressed bytes, its headers hidden', ['together', ['gzip', 'compressed'], HIDDEN]],
  ])('H26 a resume is answered with %s -> never appended as it came, installed', async (_, fault) => {
    const faults = [CUT, fault]
    await expectInstalledInPage({ variant, isText: true, faults }, { failures: 3, restarts: 1 })
  })

  it('H27 gzip at first, cut, and plain bytes to the resume -> offsets are those of the plain bytes', async () => {
    const faults: FaultCall[] = [['together', ['gzip', 'ignored'], ['dropAfter', 60_000]]]
    await expectInstalledInPage({ variant, isText: true, faults }, { failures: 1, restarts: 1 })
  })
})

describe.each(VARIANTS)('connections of a page, %s', (variant) => {
  it.each<[string, FaultCall]>([
    ['H28 a clean end before the end of the file -> goes on where it was', ['truncate', HALF_WAY]],
    ['H29 a chunked body without its last chunk -> goes on where it was', ['unfinishedChunks', HALF_WAY]],
    ['H32 cut in the middle -> goes on behind the bytes that were handed over', CUT],
    ['H32 reset in the middle -> goes on behind the bytes that were handed over', ['resetAfter', HALF_WAY]],
  ])('%s', async (_, fault) => {
    const asked = await expectInstalledInPage({ variant, faults: [fault] })
    expect(asked).toHaveLength(2)
    expect(asked[1]?.offset).toBeLessThanOrEqual(HALF_WAY)
  })

  it('H31 a body that never ends -> the file is taken, and the rest is not', async () => {
    await expectInstalledInPage({ variant, faults: [['endless']] })
  })

  it('H44 a captive portal answers a resume with a page -> tried again, goes on', async () => {
    const faults: FaultCall[] = [CUT, ['html', PAGE]]
    await expectInstalledInPage({ variant, faults }, { failures: 1, otherBytes: PAGE.length })
  })

  it.each([
    ['authorization', { authorization: 'Bearer secret' }],
    ['a header of the own', { 'x-api-key': 'secret' }],
  ])(
    'H46 to another origin, with %s -> no secret goes along, also not with a resume; the range does',
    async (_, secret) => {
      const other = await commands.openCaseOrigin()
      onTestFinished(() => commands.closeCaseOrigin(other))
      await commands.putCaseFile(other, BUNDLE, { size: SIZE_BYTES, seed: 'acme.charts 2.0.0 0' })
      await commands.scriptCase(other, BUNDLE, [CUT])
      const headers = (url: URL): HeadersInit => (url.origin === other ? {} : secret)
      const faults: FaultCall[] = [['always', ['redirect', other + BUNDLE]]]
      await expectInstalledInPage({ variant, dock: { headers }, faults }, { failures: 1 })
      const asked = await commands.askedOfCase(other, BUNDLE, 'GET')
      expect(asked.map(({ offset }) => offset === undefined)).toEqual([false, false])
      for (const method of ['GET', 'OPTIONS'] as const) {
        const requests = await commands.askedOfCase(other, BUNDLE, method)
        for (const request of requests) expect(JSON.stringify(request.headers)).not.toContain('secret')
      }
    },
  )

  it.each<[string, FaultCall]>([
    ['the origin is not open to this page', ['refuseOrigins']],
    ['a redirect leads to a host that nobody knows', ['redirect', 'https://nowhere.invalid/bundle.bin']],
    ['a redirect leads to a port where nobody listens', ['redirect', 'http://127.0.0.1:9/bundle.bin']],
  ])('H50 %s -> network, a bounded number of tries, no guess shown as a fact', async (_, fault) => {
    const run = await beginInPage({ variant, faults: [['always', fault]] })
    await expect(run.task.finished).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('could not be reached (offline, wrong address, or not open to this page)'),
    })
    expect(run.task.progress.failure?.retryable).toBe(true)
    expect((await commands.askedOfCase(run.origin, BUNDLE, 'GET')).length).toBeLessThanOrEqual(10)
    await expectPageInvariants(run, { ended: 'failed' })
  })

  it('H51 the cache of the browser holds a former file -> the server is asked, for exactly what is missing', async () => {
    const cacheable: FaultCall = ['header', 'cache-control', 'max-age=3600']
    const fillCache = async (bundleUrl: string) => {
      await (await fetch(bundleUrl)).arrayBuffer()
    }
    const faults: FaultCall[] = [['together', ['swap', '/former'], cacheable], CUT]
    const asked = await expectInstalledInPage({ variant, others: FORMER, faults, before: fillCache }, { failures: 1 })
    expect(asked.map(({ offset }) => offset === undefined)).toEqual([true, false, false])
    for (const { headers } of asked) expect(headers).not.toHaveProperty('if-none-match')
  })

  it('H52 offline and online a hundred times while it waits -> one request, when the back-off has passed', async () => {
    const dock = { retry: { baseDelayMs: 500, jitter: 'none' } } as const
    const run = await beginInPage({ variant, dock, faults: [['status', 503]] })
    await until(run, 'retrying')
    for (let times = 0; times < 100; times++) {
      dispatchEvent(new Event('offline'))
      dispatchEvent(new Event('online'))
    }
    await run.task.finished
    expect(await commands.askedOfCase(run.origin, BUNDLE, 'GET')).toHaveLength(2)
    await expectPageInvariants(run, { ended: 'installed', failures: 1 })
  })
})
