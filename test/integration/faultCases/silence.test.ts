import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { HostDockOptions } from '../../../src/createPluginDockOn.js'
import { createVirtualClock, type Fault, hang, stall, type VirtualClock } from '../../../src/testing/index.js'
import { expectInvariants } from './invariants.js'
import { answerRightly, openRawServer, partHead, type RawServer } from './rawServer.js'
import { AT_ONCE, HALF_WAY, openStage, type Run, SIZE_BYTES, type Stage, VARIANTS, type Variant } from './stage.js'
import { askedOf, OTHER_BYTES } from './story.js'

const HEADERS_MS = 30_000
const STALL_MS = 20_000
/** Bytes that came while the process slept are let in before a source is blamed. */
const GRACE_MS = 1000
const HOUR_MS = 3_600_000

interface Silence {
  readonly stage: Stage
  readonly run: Run
  readonly clock: VirtualClock
}

async function expectStalled({ stage, run, clock }: Silence, limitMs: number): Promise<void> {
  const retrying = stage.until(run, 'retrying')
  await clock.advance(limitMs - 1)
  expect(run.task.progress.state).toBe('downloading')
  await clock.advance(1 + GRACE_MS)
  const { waitingFor } = await retrying
  expect(waitingFor?.cause).toBe('stall')
}

/** The back-off passes. */
async function expectRecovered({ stage, run, clock }: Silence, failures = 1): Promise<void> {
  await clock.advance(1)
  await run.task.finished
  await expectInvariants(stage, run, { ended: 'installed', failures })
}

async function beginSilent(variant: Variant, fault: Fault, path = 'stall' as const): Promise<Silence> {
  const clock = createVirtualClock()
  const stage = await openStage({ host: { clock } })
  const plugin = await stage.publish(variant)
  stage.origin.script(plugin.path, fault)
  const silent = stage.origin.next(path, plugin.path)
  const run = await stage.start(plugin)
  await silent
  if (fault.name.startsWith('stall')) await stage.audit.untilReading()
  return { stage, run, clock }
}

interface Push extends Silence {
  readonly server: RawServer
  /** Sends the next `count` bytes of the first answer, and settles when they were read. */
  push(count: number): Promise<void>
}

/** A source whose first answer comes by hand. All others are right. */
async function beginByHand(variant: Variant, dock: HostDockOptions = AT_ONCE): Promise<Push> {
  const clock = createVirtualClock()
  const stage = await openStage({ host: { clock }, dock })
  let bytes: Uint8Array = OTHER_BYTES
  let line: Socket | undefined
  const server = await openRawServer((socket, asked, index) => {
    if (index > 0) return answerRightly(socket, asked, bytes, '"v1"')
    socket.write(partHead(asked, bytes.length, '"v1"'))
    line = socket
  })
  const plugin = await stage.publish(variant, { urls: [server.url] })
  bytes = plugin.bytes
  const asked = server.nextAsked()
  const run = await stage.start(plugin)
  await asked
  let pushed = 0
  return {
    stage,
    run,
    clock,
    server,
    async push(count) {
      line?.write(bytes.subarray(pushed, pushed + count))
      pushed += count
      await stage.audit.untilRead(pushed)
      if (pushed < SIZE_BYTES) await stage.audit.untilReading()
    },
  }
}

describe.each(VARIANTS)('silence, %s', (variant) => {
  it('H33 the connection is taken and no header comes -> stalled when the limit has passed, then tried again', async () => {
    const silence = await beginSilent(variant, hang())
    await expectStalled(silence, HEADERS_MS)
    await expectRecovered(silence)
  })

  it('H34 headers and then nothing -> stalled when the limit has passed, then tried again', async () => {
    const silence = await beginSilent(variant, stall(0))
    await expectStalled(silence, STALL_MS)
    await expectRecovered(silence)
  })

  it('H34 silence in the middle -> goes on at the next byte', async () => {
    const silence = await beginSilent(variant, stall(HALF_WAY))
    await silence.stage.audit.untilRead(HALF_WAY)
    await silence.stage.audit.untilReading()
    await expectStalled(silence, STALL_MS)
    const asked = silence.stage.origin.next('request', silence.run.plugin.path)
    await silence.clock.advance(1)
    await asked
    expect(askedOf(silence.stage, silence.run).at(-1)?.offset).toBe(HALF_WAY)
    await expectRecovered(silence)
  })

  it('H34 bytes come, each time shortly before the limit -> the connection is left alone', async () => {
    const { stage, run, clock, server, push } = await beginByHand(variant)
    for (let sent = 0; sent < SIZE_BYTES; sent += SIZE_BYTES / 16) {
      await push(SIZE_BYTES / 16)
      await clock.advance(STALL_MS - 1)
    }
    await run.task.finished
    expect(server.asked).toHaveLength(1)
    await expectInvariants(stage, run, { ended: 'installed' })
  })

  it('H35 one byte every five seconds -> given up as stalled, and the rest comes from the next request', async () => {
    const { stage, run, clock, server, push } = await beginByHand(variant)
    const retrying = stage.until(run, 'retrying')
    let pushes = 0
    for (; pushes < 20 && (await Promise.race([push(1), retrying])) === undefined; pushes++) await clock.advance(5000)
    expect(pushes).toBeLessThan(10)
    await clock.advance(1)
    await run.task.finished
    expect(server.asked).toHaveLength(2)
    await expectInvariants(stage, run, { ended: 'installed', failures: 1, lateBytes: 1 })
  })

  it('H35 one byte every five seconds, and a longer limit -> left alone until that one', async () => {
    const dock = { ...AT_ONCE, timeouts: { stallMs: 120_000 } }
    const { stage, run, clock, push } = await beginByHand(variant, dock)
    for (let pushes = 0; pushes < 20; pushes++) {
      await push(1)
      await clock.advance(5000)
    }
    expect(run.task.progress.state).toBe('downloading')
    await stage.dock.downloads.cancelDownload(run.task.id)
    await expectInvariants(stage, run, { ended: 'failed' })
  })

  it('V18 the process stands still for 30 s, and bytes came meanwhile -> they are read, nobody is blamed', async () => {
    const { stage, run, clock, server, push } = await beginByHand(variant)
    await push(HALF_WAY)
    clock.standStill(30_000)
    await clock.advance(0)
    await push(SIZE_BYTES - HALF_WAY)
    await clock.advance(GRACE_MS)
    await run.task.finished
    expect(server.asked).toHaveLength(1)
    await expectInvariants(stage, run, { ended: 'installed' })
  })

  it('V18 and once more while what came is waited for -> the same', async () => {
    const { stage, run, clock, server, push } = await beginByHand(variant)
    await push(HALF_WAY)
    await clock.advance(STALL_MS)
    clock.standStill(30_000)
    await clock.advance(0)
    await push(SIZE_BYTES - HALF_WAY)
    await clock.advance(GRACE_MS)
    await run.task.finished
    expect(server.asked).toHaveLength(1)
    await expectInvariants(stage, run, { ended: 'installed' })
  })

  it('V16 timers run once a minute, and bytes come -> downloads go on; none come -> stalled in spite of that', async () => {
    const { stage, run, clock, server, push } = await beginByHand(variant)
    for (let sent = 0; sent < HALF_WAY; sent += 10_000) {
      await push(10_000)
      clock.standStill(60_000)
      await clock.advance(0)
    }
    expect(run.task.progress.state).toBe('downloading')
    const retrying = stage.until(run, 'retrying')
    for (let minutes = 0; minutes < 3; minutes++) {
      clock.standStill(60_000)
      await clock.advance(0)
    }
    expect((await retrying).waitingFor?.cause).toBe('stall')
    await expectRecovered({ stage, run, clock })
    expect(server.asked).toHaveLength(2)
  })

  it('H36 a slow line for more than an hour -> never ended by a limit on the whole', async () => {
    const { stage, run, clock, server, push } = await beginByHand(variant)
    const startedAt = clock.monotonic()
    const pieceBytes = 1100
    for (let sent = 0; sent < SIZE_BYTES; sent += pieceBytes) {
      await push(Math.min(pieceBytes, SIZE_BYTES - sent))
      await clock.advance(STALL_MS - 1)
    }
    await run.task.finished
    expect(clock.monotonic() - startedAt).toBeGreaterThan(HOUR_MS)
    expect(server.asked).toHaveLength(1)
    await expectInvariants(stage, run, { ended: 'installed' })
  })
})
