import { describe, expect, it } from 'vitest'
import {
  always,
  dropAfter,
  type Fault,
  ignoreRange,
  pass,
  type ScriptedOrigin,
  type ScriptedRequest,
  stall,
  status,
  trickle,
  unaskedRange,
} from '../../../src/testing/index.js'
import { createStage, isInstalled, type Stage } from './stage.js'

const MIB = 1024 * 1024
const SIZE = 24 * MIB
const CHUNK = 256 * 1024
const STALL_BYTES = 1_000_000

interface Asked {
  readonly first: number
  readonly last: number
  readonly bytesSent: number
}

/** The ranges that were asked for, by their start. */
function rangesOf(origin: ScriptedOrigin, path: string): Asked[] {
  return origin.requests
    .filter((request) => request.path === path)
    .map(({ headers, bytesSent }) => {
      const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
      return { first: Number(first), last: last === '' ? SIZE - 1 : Number(last), bytesSent }
    })
    .sort((left, right) => left.first - right.first)
}

/** After so long it is known whether more connections are worth it. */
const LOOK_MS = 250

/** Until so many answers stand as they should. */
async function untilAnswers(
  { clock, origin }: Stage,
  path: string,
  count: number,
  isOne: (request: ScriptedRequest) => boolean,
): Promise<void> {
  const answers = (): number => origin.requests.filter((request) => request.path === path && isOne(request)).length
  while (answers() < count) await clock.advance(LOOK_MS)
}

function isStalled({ outcome, bytesSent }: ScriptedRequest): boolean {
  return outcome === 'open' && bytesSent >= STALL_BYTES
}

/** At most so many bytes of what was asked for. */
function shorterParts(bytes: number): Fault {
  return {
    name: `shorterParts ${bytes}`,
    apply(exchange) {
      const [, start = '0', last = '0'] =
        /^bytes (\d+)-(\d+)/.exec(exchange.answer.headers['content-range'] ?? '') ?? []
      return unaskedRange(Number(start), Math.min(Number(start) + bytes, Number(last) + 1)).apply(exchange)
    },
  }
}

/** The most answers for bundles that were open at one time. */
function countOpen(origin: ScriptedOrigin): { readonly most: number } {
  const counts = { most: 0 }
  const look = async (): Promise<void> => {
    for (;;) {
      await origin.next('request')
      const open = origin.requests.filter(({ path, outcome }) => outcome === 'open' && path.endsWith('.bin')).length
      counts.most = Math.max(counts.most, open)
    }
  }
  void look()
  return counts
}

describe('several connections', () => {
  it('a large bundle -> equal disjoint parts, each byte once', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish({ size: SIZE, chunkLengths: CHUNK })
    const dock = await stage.open({ connectionsPerDownload: 3 })
    const task = await dock.downloads.startDownload(url)
    await task.finished
    const ranges = rangesOf(stage.origin, path)
    expect(ranges.map(({ first }) => first)).toEqual([0, SIZE / 3, (2 * SIZE) / 3])
    expect(ranges.map(({ last }) => last + 1)).toEqual([SIZE / 3, (2 * SIZE) / 3, SIZE])
    expect(stage.origin.bytesSent(path)).toBe(SIZE)
    expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
  })

  it.each([
    { connections: 3, paceMiB: 8, outcome: 'all that it may have' },
    { connections: 1, paceMiB: 96, outcome: 'one after the other, over the first' },
  ])('$paceMiB MiB a second for 24 -> $outcome', async ({ connections, paceMiB }) => {
    const stage = createStage()
    const open = countOpen(stage.origin)
    const { url, path, bytes } = await stage.publish({ size: SIZE, chunkLengths: CHUNK })
    stage.origin.limitBytesPerSecond = paceMiB * MIB
    const dock = await stage.open({ connectionsPerDownload: 3 })
    await stage.until(await dock.downloads.startDownload(url), 'installed')
    expect(open.most).toBe(connections)
    expect(rangesOf(stage.origin, path)).toHaveLength(3)
    expect(stage.origin.bytesSent(path)).toBe(SIZE)
    expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
  })

  it('a small bundle -> one connection', async () => {
    const stage = createStage()
    const { url, path } = await stage.publish({ size: 4 * MIB, chunkLengths: CHUNK })
    const dock = await stage.open({ connectionsPerDownload: 4 })
    await (await dock.downloads.startDownload(url)).finished
    expect(rangesOf(stage.origin, path)).toHaveLength(1)
  })

  it('one of them is slow -> the other takes half of what it has before it, again and again', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish({ size: SIZE, chunkLengths: CHUNK })
    stage.origin.script(path, trickle(100_000, 1000))
    stage.origin.limitBytesPerSecond = 4 * MIB
    const dock = await stage.open({ connectionsPerDownload: 2 })
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'installed')
    const [slow, ...others] = rangesOf(stage.origin, path)
    expect(slow).toMatchObject({ first: 0, last: SIZE / 2 - 1 })
    expect(slow?.bytesSent).toBeLessThan(2 * MIB)
    // the second part; then half of the first, which is still on its way, and half of what is left of that
    expect(others.map(({ first }) => first)).toContain(SIZE / 2)
    expect(others.length).toBeGreaterThanOrEqual(2)
    expect(task.progress.bytesTransferred).toBe(SIZE)
    expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
  })

  it('one of them is cut -> the others do its work, and no attempt fails', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish({ size: SIZE, chunkLengths: CHUNK })
    stage.origin.script(path, stall(STALL_BYTES), dropAfter(100_000), stall(STALL_BYTES))
    const dock = await stage.open({ connectionsPerDownload: 3 })
    const task = await dock.downloads.startDownload(url)
    await untilAnswers(stage, path, 2, isStalled)
    stage.origin.release(path)
    await task.finished
    expect(task.progress.attempt).toBe(1)
    expect(task.progress.bytesTransferred).toBe(SIZE)
    expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
  })

  it('the server takes one connection only -> the others are not asked for again', async () => {
    const stage = createStage()
    const { url, path } = await stage.publish({ size: SIZE, chunkLengths: CHUNK })
    stage.origin.script(path, stall(STALL_BYTES), status(503), status(503))
    const dock = await stage.open({ connectionsPerDownload: 3 })
    const task = await dock.downloads.startDownload(url)
    await untilAnswers(stage, path, 1, isStalled)
    await stage.clock.advance(LOOK_MS)
    stage.origin.release(path)
    await task.finished
    expect(task.progress.attempt).toBe(1)
    expect(task.progress.bytesTransferred).toBe(SIZE)
  })

  it('the second is told to come back, and the first is cut long after -> it is waited for the rest of that time', async () => {
    const stage = createStage()
    const { url, path } = await stage.publish({ size: SIZE, chunkLengths: CHUNK })
    stage.origin.script(path, stall(STALL_BYTES), status(503, { retryAfter: 600 }), always(dropAfter(100_000)))
    const dock = await stage.open({
      connectionsPerDownload: 2,
      retry: { jitter: 'none' },
      timeouts: { stallMs: 3_600_000 },
    })
    const task = await dock.downloads.startDownload(url)
    await untilAnswers(stage, path, 1, isStalled)
    await untilAnswers(stage, path, 2, () => true)
    const toldAt = stage.clock.now()
    await stage.clock.advance(400_000)
    stage.origin.release(path)
    await stage.until(task, 'retrying')
    expect(task.progress.waitingFor).toMatchObject({ code: 'server-busy', until: toldAt + 600_000 })
  })

  it('a server that gives less than is asked for -> is asked for the rest at once', async () => {
    const stage = createStage()
    const { url, path } = await stage.publish({ size: 4 * MIB, chunkLengths: CHUNK })
    stage.origin.script(path, always(shorterParts(2 * CHUNK + 1000)))
    const dock = await stage.open()
    const task = await dock.downloads.startDownload(url)
    await task.finished
    expect(task.progress).toMatchObject({ attempt: 1, bytesTransferred: 4 * MIB })
  })

  it('the server ignores ranges -> one connection, and each byte once', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish({ size: SIZE, chunkLengths: CHUNK })
    stage.origin.script(path, ...Array.from({ length: 8 }, () => ignoreRange()))
    const dock = await stage.open({ connectionsPerDownload: 4 })
    const task = await dock.downloads.startDownload(url)
    await task.finished
    expect(rangesOf(stage.origin, path)).toHaveLength(1)
    expect(task.progress.bytesTransferred).toBe(SIZE)
    expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
  })

  it('the server ignores ranges from the second answer on -> the other connections end, and what they brought is next to nothing', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish({ size: SIZE, chunkLengths: CHUNK })
    stage.origin.script(path, pass(), ...Array.from({ length: 20 }, () => ignoreRange()))
    const dock = await stage.open({ connectionsPerDownload: 4 })
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'installed')
    expect(rangesOf(stage.origin, path).length).toBeLessThanOrEqual(6)
    expect(task.progress.bytesTransferred).toBeLessThan(1.5 * SIZE)
    expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
  })

  it('paused and resumed -> every connection goes on at its next byte', async () => {
    const stage = createStage()
    const { url, path, bytes } = await stage.publish({ size: SIZE, chunkLengths: CHUNK })
    stage.origin.script(path, stall(STALL_BYTES + 1000), stall(STALL_BYTES + 2000))
    const dock = await stage.open({ connectionsPerDownload: 2 })
    const task = await dock.downloads.startDownload(url)
    await untilAnswers(stage, path, 2, isStalled)
    await stage.clock.settle()
    await dock.downloads.pauseDownload(task.id)
    await dock.downloads.resumeDownload(task.id)
    await task.finished
    expect(task.progress.bytesTransferred).toBe(SIZE)
    expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
  })

  it('more downloads than connections to an origin -> each has one, none has several, and never more at a time', async () => {
    const stage = createStage()
    const open = countOpen(stage.origin)
    const first = await stage.publish({ id: 'acme.first', size: SIZE, chunkLengths: CHUNK })
    const second = await stage.publish({ id: 'acme.second', size: SIZE, chunkLengths: CHUNK })
    stage.origin.script(first.path, ...Array.from({ length: 3 }, () => stall(STALL_BYTES)))
    const dock = await stage.open({ connectionsPerDownload: 3, maxConnectionsPerOrigin: 3 })
    const one = await dock.downloads.startDownload(first.url)
    await untilAnswers(stage, first.path, 3, isStalled)
    const asked = stage.origin.next('request', second.path)
    const two = await dock.downloads.startDownload(second.url)
    await asked
    stage.origin.release()
    await Promise.all([one.finished, two.finished])
    expect(open.most).toBe(3)
    expect(await isInstalled(dock, 'acme.first', first.bytes)).toBe(true)
    expect(await isInstalled(dock, 'acme.second', second.bytes)).toBe(true)
    expect(one.progress.bytesTransferred).toBe(SIZE)
  })
})
