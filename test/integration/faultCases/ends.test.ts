import { writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import {
  always,
  badRequestPastEnd,
  dropAfter,
  emptyRange,
  type Fault,
  lieAboutRange,
  refuseRange,
  seededBytes,
  shortBody,
  stall,
  status,
  swap,
  together,
} from '../../../src/testing/index.js'
import { expectInvariants } from './invariants.js'
import { whenRanged, whenResumed, withoutIfRange } from './serverFaults.js'
import {
  CHUNK_BYTES,
  HALF_WAY,
  MOST_REQUESTS,
  openStage,
  partialPath,
  type Run,
  SIZE_BYTES,
  type Stage,
  VARIANTS,
  type Variant,
} from './stage.js'
import { askedOf, expectFailed, expectInstalled } from './story.js'

const CUT = dropAfter(HALF_WAY)
const LATE_CUT = dropAfter(200_000)
const SMALLER = { '/smaller': seededBytes(150_000, 'smaller') }

interface Found {
  readonly variant: Variant
  /** What lies on the disk when the next process starts. */
  readonly partial: (bytes: Uint8Array) => Uint8Array
  /** Of the requests of that process. */
  readonly faults?: readonly Fault[]
}

/** A process that ended half-way, another that finds its partial as `partial` made it, and what that one asks for. */
async function findPartial({ variant, partial, faults = [] }: Found): Promise<{ stage: Stage; run: Run }> {
  const stage = await openStage()
  const plugin = await stage.publish(variant)
  stage.origin.script(plugin.path, stall(HALF_WAY))
  const begun = await stage.start(plugin)
  await stage.audit.untilRead(HALF_WAY)
  const path = partialPath(stage, begun)
  await stage.dock.close()
  await writeFile(path, partial(plugin.bytes))
  stage.origin.forgetRequests()
  stage.origin.script(plugin.path, ...faults)
  await stage.reopen()
  const run = stage.follow(begun)
  await run.task.finished
  return { stage, run }
}

function flipped(bytes: Uint8Array): Uint8Array {
  const spoilt = bytes.slice()
  spoilt[HALF_WAY] = (spoilt[HALF_WAY] ?? 0) ^ 1
  return spoilt
}

describe.each(VARIANTS)('the end of the file, %s', (variant) => {
  it('H11 everything is there already, and the server would answer 416 -> proven and installed, nothing fetched', async () => {
    const { stage, run } = await findPartial({ variant, partial: (bytes) => bytes, faults: [always(refuseRange())] })
    expect(askedOf(stage, run)).toEqual([])
    await expectInvariants(stage, run, { ended: 'installed' })
  })

  it('H12 416 that names a smaller size, once -> started over, installed', async () => {
    const faults = [LATE_CUT, refuseRange(150_000)]
    await expectInstalled({ variant, faults }, { failures: 2, restarts: 1 })
  })

  it('H12 the file has shrunk for good -> integrity, after one more try', async () => {
    const faults = [LATE_CUT, always(swap('/smaller'))]
    const asked = await expectFailed(
      { variant, faults, others: SMALLER },
      { code: 'integrity' },
      { failures: 2, restarts: 1 },
    )
    expect(asked.length).toBeLessThanOrEqual(5)
  })

  it('H13 416 without Content-Range to every resume -> from 0, installed', async () => {
    const faults = [CUT, always(whenResumed(refuseRange('none')))]
    const asked = await expectInstalled({ variant, faults }, { failures: 2, restarts: 1 })
    expect(asked.length).toBeLessThanOrEqual(8)
  })

  it('H13 416 without Content-Range to everything -> a typed error, no endless loop', async () => {
    const code = expect.stringMatching(/^(integrity|http-status)$/)
    const asked = await expectFailed({ variant, faults: [always(refuseRange('none'))] }, { code })
    expect(asked.length).toBeLessThanOrEqual(MOST_REQUESTS)
  })

  it('H14 400 to every resume -> one restart from 0, installed', async () => {
    const faults = [CUT, always(whenResumed(status(400)))]
    const asked = await expectInstalled({ variant, faults }, { failures: 1, restarts: 1 })
    expect(asked.length).toBeLessThanOrEqual(8)
  })

  it('H14 400 to a range past the end of a file that was shorter for a moment -> installed', async () => {
    const faults = [LATE_CUT, withoutIfRange(together(swap('/smaller'), badRequestPastEnd()))]
    await expectInstalled({ variant, faults, others: SMALLER }, { failures: 2, restarts: 2 })
  })

  it('H15 206 that is empty, as if this were the end, once -> asked again, installed', async () => {
    await expectInstalled({ variant, faults: [CUT, emptyRange()] }, { failures: 2, restarts: 1 })
  })

  it('H15 206 that is empty to every range -> asked without a range, installed', async () => {
    const faults = [CUT, always(whenRanged(emptyRange()))]
    const asked = await expectInstalled({ variant, faults }, { failures: 1, restarts: 1 })
    expect(asked.length).toBeLessThanOrEqual(8)
  })

  it('H15 206 that ends before it begins, to every resume -> from 0, installed', async () => {
    const empty = together(shortBody(SIZE_BYTES), lieAboutRange({ last: 0 }))
    const asked = await expectInstalled(
      { variant, faults: [CUT, always(whenResumed(empty))] },
      { failures: 1, restarts: 1 },
    )
    expect(asked.length).toBeLessThanOrEqual(MOST_REQUESTS)
  })

  it('H15 206 that is empty to everything -> network, no endless loop', async () => {
    const asked = await expectFailed({ variant, faults: [always(emptyRange())] }, { code: 'network' })
    expect(asked.length).toBeLessThanOrEqual(MOST_REQUESTS)
  })

  it('H16 as long as it should be, with a wrong byte -> found; only what is wrong is fetched, or all of it once', async () => {
    const { stage, run } = await findPartial({ variant, partial: flipped })
    const offsets = askedOf(stage, run).map(({ offset }) => offset)
    expect(offsets).toEqual([variant === 'with chunks' ? HALF_WAY - (HALF_WAY % CHUNK_BYTES) : 0])
    await expectInvariants(stage, run, { ended: 'installed', failures: 1, restarts: 1 })
  })

  it('H17 longer than it should be -> the rest is dropped, installed', async () => {
    const { stage, run } = await findPartial({ variant, partial: (bytes) => new Uint8Array([...bytes, 1, 2, 3]) })
    await expectInvariants(stage, run, { ended: 'installed', failures: 1, restarts: 1 })
  })

  it('H17 longer than it should be, and wrong -> started over, installed', async () => {
    const partial = (bytes: Uint8Array) => new Uint8Array([...flipped(bytes), 1, 2, 3])
    const { stage, run } = await findPartial({ variant, partial })
    await expectInvariants(stage, run, { ended: 'installed', failures: 1, restarts: 1 })
  })
})
