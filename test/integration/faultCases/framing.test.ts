import { describe, expect, it } from 'vitest'
import {
  always,
  dropAfter,
  endless,
  ignoreRange,
  lieAboutLength,
  resetAfter,
  seededBytes,
  swap,
  together,
  truncate,
  unfinishedChunks,
  withoutLength,
} from '../../../src/testing/index.js'
import { expectInvariants } from './invariants.js'
import { withoutRange } from './serverFaults.js'
import { HALF_WAY, MOST_REQUESTS, SIZE_BYTES, VARIANTS } from './stage.js'
import { askedOf, begin, expectFailed, expectInstalled, OTHER_BYTES } from './story.js'

const CUT = dropAfter(HALF_WAY)
const LARGER = seededBytes(SIZE_BYTES + 5000, 'larger')

describe.each(VARIANTS)('framing, %s', (variant) => {
  it.each([
    ['that was chunked', truncate(HALF_WAY)],
    ['whose end is that of the connection', together(withoutLength('close'), truncate(HALF_WAY))],
  ])('H28 a clean end before the end of the file, in a body %s -> goes on where it was', async (_, fault) => {
    const asked = await expectInstalled({ variant, faults: [fault] }, { failures: 1, exact: true })
    expect(asked.map(({ offset }) => offset)).toEqual([0, HALF_WAY])
  })

  it('H29 a chunked body without its last chunk -> goes on where it was', async () => {
    const faults = [unfinishedChunks(HALF_WAY)]
    const asked = await expectInstalled({ variant, faults }, { failures: 1, exact: true })
    expect(asked).toHaveLength(2)
  })

  it('H30 Content-Length is smaller than what is asked for, once -> goes on where it ended', async () => {
    await expectInstalled({ variant, faults: [lieAboutLength(HALF_WAY - SIZE_BYTES)] }, { failures: 1, restarts: 1 })
  })

  it('H30 the file is smaller for good, and the server knows no ranges -> a typed error', async () => {
    const { stage, run } = await begin({ variant, faults: [CUT] })
    await stage.origin.next('end', run.plugin.path)
    stage.origin.put(run.plugin.path, LARGER.subarray(0, HALF_WAY))
    stage.origin.script(run.plugin.path, always(ignoreRange()))
    await expect(run.task.finished).rejects.toMatchObject({ code: expect.stringMatching(/^(integrity|network)$/) })
    expect(askedOf(stage, run).length).toBeLessThanOrEqual(MOST_REQUESTS)
    await expectInvariants(stage, run, { ended: 'failed', failures: 6, restarts: 3 })
  })

  it.each([
    ['206', swap('/larger')],
    ['200', withoutRange(swap('/larger'))],
  ])('H30 the file is larger, by a %s -> integrity, before a byte is taken', async (_, fault) => {
    const { stage, run } = await begin({ variant, faults: [always(fault)], others: { '/larger': LARGER } })
    await expect(run.task.finished).rejects.toMatchObject({ code: 'integrity' })
    expect(stage.audit.bytesRead(run.plugin.path)).toBe(0)
    await expectInvariants(stage, run, { ended: 'failed' })
  })

  it('H31 a body that never ends -> the file is taken, and the connection ended', async () => {
    await expectInstalled({ variant, faults: [endless()] })
  })

  it('H31 a body that never ends, after a cut -> the file is taken, and the connection ended', async () => {
    await expectInstalled({ variant, faults: [CUT, together(ignoreRange(), endless())] }, { failures: 1, restarts: 1 })
  })

  it('H31 a body that never ends and is wrong -> integrity', async () => {
    const faults = [always(together(swap('/other'), endless()))]
    const others = { '/other': OTHER_BYTES }
    await expectFailed({ variant, faults, others }, { code: 'integrity' }, { failures: 4, restarts: 1 })
  })

  it('H32 the connection is reset in the middle -> goes on behind the bytes that were read, none of them twice', async () => {
    const faults = [resetAfter(HALF_WAY)]
    const asked = await expectInstalled({ variant, faults }, { failures: 1, exact: true })
    expect(asked).toHaveLength(2)
    expect(asked[1]?.offset).toBeLessThanOrEqual(HALF_WAY)
  })
})
