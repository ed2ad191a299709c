import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  always,
  corrupt,
  type Fault,
  ignoreRange,
  redirect,
  type ScriptedRequest,
  status,
} from '../../src/testing/index.js'
import { BackgroundApp, BackgroundStage, CHUNK, HELD, SIZE } from './backgroundFetch/backgroundStage.js'
import { askedRange, type ByteRange, lengthOf, overlap, repeated, sentRange } from './backgroundFetch/ranges.js'

const MIB = 1024 * 1024
/** Sent to a page before it was closed, and stored nowhere: on each of two connections a slab, and what sockets hold. */
const IN_FLIGHT = 2 * MIB
/** What a fetch loses that is ended: the browser makes two requests at once, each for about so much. */
const PARTS_IN_FLIGHT = 2 * 3 * MIB
/** A request takes a second then. */
const SLOW_BYTES_PER_SECOND = 2 * MIB
/** So slow that nothing is over by itself. */
const CRAWL_BYTES_PER_SECOND = 64 * 1024
/** Within the second half, of which a page has stored next to nothing. */
const FAILING_OFFSET = 20 * MIB

let app: BackgroundApp
let stage: BackgroundStage

beforeAll(async () => {
  app = await BackgroundApp.serve()
})
afterAll(() => app.close())
beforeEach(async () => {
  stage = await BackgroundStage.open(app)
})
afterEach(() => stage.close())

function asked(requests: readonly ScriptedRequest[]): ByteRange[] {
  return requests.map((request) => askedRange(request, SIZE))
}

function sent(requests: readonly ScriptedRequest[]): ByteRange[] {
  return requests.map((request) => sentRange(request, SIZE))
}

/** As the request's header has it. */
function parsed(ranges: readonly string[]): ByteRange[] {
  return ranges.map((range) => askedRange({ headers: { range } }, SIZE))
}

/** Another answer for the part that has that byte. */
function atPart(offset: number, fault: Fault): Fault {
  const isIt = ({ asked: request }: Parameters<Fault['apply']>[0]): boolean => {
    const { first, end } = askedRange(request, SIZE)
    return first <= offset && offset < end
  }
  return always({
    name: `${fault.name} at ${offset}`,
    apply: (exchange) => (isIt(exchange) ? fault.apply(exchange) : exchange.answer),
  })
}

async function expectInstalled(page: Page): Promise<void> {
  const { digests, files } = await stage.outcomeOf(page)
  expect(digests).toEqual(stage.digests)
  expect(files).toEqual([expect.stringMatching(/^bundles\/[0-9a-f]{64}$/)])
}

/**
 * The page is closed; what the browser has fetched since, by the time that at least `count` requests are answered, and
 * not all of them.
 */
async function closedUntil(page: Page, count: number): Promise<{ readonly watch: Page; readonly came: ByteRange[] }> {
  stage.origin.limitBytesPerSecond = SLOW_BYTES_PER_SECOND
  await page.close()
  const watch = await stage.openWatch()
  const came = parsed(await watch.evaluate(`app.untilCame(${count})`))
  return { watch, came }
}

test('all pages are closed in the middle, and opened when all is fetched -> installed, each chunk fetched once', async () => {
  const page = await stage.begin()
  const byThePage = stage.asked().length
  await page.close()
  const watch = await stage.openWatch()
  await watch.evaluate('app.untilOver()')

  const before = sent(stage.asked().slice(0, byThePage))
  const inBackground = asked(stage.asked(byThePage))
  expect(inBackground.length).toBeLessThanOrEqual(64)
  expect(repeated(inBackground)).toBe(0)
  for (const { first, end } of inBackground) expect([first % CHUNK, end === SIZE ? 0 : end % CHUNK]).toEqual([0, 0])
  expect(SIZE - lengthOf(inBackground)).toBeGreaterThanOrEqual(HELD)
  expect(overlap(before, inBackground)).toBeLessThanOrEqual(IN_FLIGHT)

  const requests = stage.asked().length
  await expectInstalled(await stage.openPage())
  expect(stage.asked(requests)).toEqual([])
})

test('opened again while it is being fetched -> it is ended, and what has come is not fetched again', async () => {
  const { watch, came } = await closedUntil(await stage.begin(), 3)
  stage.origin.limitBytesPerSecond = CRAWL_BYTES_PER_SECOND
  const requests = stage.asked().length
  const next = await stage.openPage()
  await watch.evaluate('app.untilOver()')
  stage.origin.limitBytesPerSecond = undefined
  await expectInstalled(next)
  const again = asked(stage.asked(requests))
  expect(overlap(came, again)).toBe(0)
  expect(lengthOf(again)).toBeGreaterThan(0)
  expect(stage.origin.bytesSent(stage.path) - SIZE).toBeLessThanOrEqual(IN_FLIGHT + PARTS_IN_FLIGHT)
})

test('loaded again in the middle -> the page takes back what it had just handed over', async () => {
  const page = await stage.begin()
  await page.reload()
  stage.origin.limitBytesPerSecond = undefined
  await page.waitForFunction('globalThis.app !== undefined')
  await expectInstalled(page)
  expect(stage.origin.bytesSent(stage.path) - SIZE).toBeLessThanOrEqual(IN_FLIGHT + PARTS_IN_FLIGHT)
  const watch = await stage.openWatch()
  expect(await watch.evaluate('app.ids()')).toEqual([])
})

test('the browser dies while it fetches, and is started again -> installed', async () => {
  const { came } = await closedUntil(await stage.begin(), 3)
  await stage.restartBrowser()
  stage.origin.limitBytesPerSecond = undefined
  const requests = stage.asked().length
  await expectInstalled(await stage.openPage())
  expect(overlap(came, asked(stage.asked(requests)))).toBe(0)
})

test('one part is answered with 500 for ever -> what came is kept, the rest is fetched by the next page', async () => {
  const page = await stage.begin()
  stage.origin.script(stage.path, atPart(FAILING_OFFSET, status(500)))
  const { came } = await closedUntil(page, 3)
  stage.origin.unscript()
  const requests = stage.asked().length
  await expectInstalled(await stage.openPage())
  expect(overlap(came, asked(stage.asked(requests)))).toBe(0)
})

test('the server forgets how to send parts -> not a wrong byte, and the next page fetches what is missing', async () => {
  const page = await stage.begin()
  stage.origin.script(stage.path, always(ignoreRange()))
  await page.close()
  const watch = await stage.openWatch()
  await watch.evaluate('app.untilOver()')
  stage.origin.unscript()
  await expectInstalled(await stage.openPage())
})

test('one part comes damaged -> its chunk is fetched again, and the others are not', async () => {
  const page = await stage.begin()
  stage.origin.script(stage.path, atPart(FAILING_OFFSET, corrupt(FAILING_OFFSET)))
  await page.close()
  const watch = await stage.openWatch()
  await watch.evaluate('app.untilOver()')
  stage.origin.unscript()
  const requests = stage.asked().length
  await expectInstalled(await stage.openPage())
  const first = FAILING_OFFSET - (FAILING_OFFSET % CHUNK)
  expect(asked(stage.asked(requests))).toEqual([{ first, end: first + CHUNK }])
})

test('the parts are redirected to an origin that the app does not allow -> nothing of them is kept', async () => {
  const page = await stage.begin({ isStrict: true })
  const elsewhere = await stage.origin.listen()
  try {
    const location = `${elsewhere.url}/elsewhere.bin`
    stage.origin.put('/elsewhere.bin', stage.bytes)
    stage.origin.script(stage.path, always(redirect(location)))
    await page.close()
    const watch = await stage.openWatch()
    await watch.evaluate('app.untilOver()')
    expect(stage.origin.bytesSent('/elsewhere.bin')).toBeGreaterThan(SIZE / 2)
    stage.origin.unscript()
    const requests = stage.asked().length
    await expectInstalled(await stage.openPage({ isStrict: true }))
    expect(lengthOf(sent(stage.asked(requests)))).toBeGreaterThan(SIZE / 2)
  } finally {
    await elsewhere.close()
  }
})

test('a frozen page -> the browser goes on; thawed, the page takes over what came', async () => {
  const page = await stage.begin()
  const requests = stage.asked().length
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' })
  const watch = await stage.openWatch()
  await watch.evaluate('app.untilOver()')
  await devtools.send('Page.setWebLifecycleState', { state: 'active' })
  await expectInstalled(page)
  expect(repeated(asked(stage.asked(requests)))).toBe(0)
})

test('another page is open -> it goes on by itself, and the browser fetches nothing', async () => {
  const leader = await stage.begin()
  const follower = await stage.openPage()
  // the leader has looked for others by then
  await leader.evaluate(`app.untilDownloaded(${SIZE - 2 * MIB})`)
  await leader.close()
  const watch = await stage.openWatch()
  expect(await watch.evaluate('app.ids()')).toEqual([])
  await expectInstalled(follower)
})
