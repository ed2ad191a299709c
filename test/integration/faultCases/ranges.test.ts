import { describe, expect, it } from 'vitest'
import {
  always,
  dropAfter,
  ignoreRange,
  lieAboutRange,
  longBody,
  multipart,
  seededBytes,
  shortBody,
  swap,
  together,
  unaskedRange,
  wrongRange,
} from '../../../src/testing/index.js'
import { whenPlain, whenRanged, whenResumed } from './serverFaults.js'
import { CHUNK_BYTES, HALF_WAY, MOST_REQUESTS, SIZE_BYTES, VARIANTS } from './stage.js'
import { expectFailed, expectInstalled } from './story.js'

const CUT = dropAfter(HALF_WAY)

describe.each(VARIANTS)('ranges, %s', (variant) => {
  it('H1 a server answers 200 with everything to a resume -> taken from its start, never appended', async () => {
    const asked = await expectInstalled({ variant, faults: [CUT, ignoreRange()] }, { failures: 1, restarts: 1 })
    expect(asked).toHaveLength(2)
  })

  it('H1 a server that never heard of ranges, cut twice -> installed', async () => {
    const faults = [together(ignoreRange(), CUT), together(ignoreRange(), dropAfter(150_000)), always(ignoreRange())]
    await expectInstalled({ variant, faults }, { failures: 2, restarts: 2 })
  })

  it('H2 206 of bytes before those that were asked for, once -> refused unread, asked again', async () => {
    await expectInstalled({ variant, faults: [CUT, wrongRange(0)] }, { failures: 2 })
  })

  it('H2 206 from 0 to every resume -> a bounded number of tries, then from 0', async () => {
    const asked = await expectInstalled(
      { variant, faults: [CUT, always(whenResumed(wrongRange(0)))] },
      { failures: 1, restarts: 1 },
    )
    expect(asked.length).toBeLessThanOrEqual(8)
  })

  it('H3 206 of bytes behind those that were asked for, once -> refused unread, asked again', async () => {
    await expectInstalled({ variant, faults: [CUT, wrongRange(HALF_WAY + 1000)] }, { failures: 2 })
  })

  it('H3 206 with a gap to every range -> asked without a range, installed', async () => {
    const asked = await expectInstalled(
      { variant, faults: [CUT, always(whenRanged(wrongRange(HALF_WAY + 1000)))] },
      { failures: 1, restarts: 1 },
    )
    expect(asked.length).toBeLessThanOrEqual(8)
    expect(asked.at(-1)?.offset).toBeUndefined()
  })

  it('H4 206 of a file of another size, once -> started over once, installed', async () => {
    const faults = [CUT, lieAboutRange({ total: SIZE_BYTES + 1 })]
    await expectInstalled({ variant, faults }, { failures: 2, restarts: 1 })
  })

  it('H4 the file has another size from then on -> integrity, after one more try', async () => {
    const others = { '/larger': seededBytes(SIZE_BYTES + 1000, 'larger') }
    const faults = [CUT, always(swap('/larger'))]
    const asked = await expectFailed({ variant, others, faults }, { code: 'integrity' }, { failures: 2, restarts: 1 })
    expect(asked.length).toBeLessThanOrEqual(5)
  })

  it('H5 206 that does not know the size of the whole -> taken', async () => {
    const asked = await expectInstalled(
      { variant, faults: [CUT, lieAboutRange({ total: '*' })] },
      { failures: 1, restarts: 0 },
    )
    expect(asked.length).toBe(2)
  })

  it('H6 206 without Content-Range, of what was asked for -> taken', async () => {
    const asked = await expectInstalled({ variant, faults: [CUT, lieAboutRange(undefined)] }, { failures: 1 })
    expect(asked.length).toBe(2)
  })

  it('H6 206 without Content-Range, from 0 to a resume -> found by digest, one clean restart', async () => {
    const faults = [CUT, together(wrongRange(0), lieAboutRange(undefined))]
    await expectInstalled({ variant, faults }, { failures: 4, restarts: 1 })
  })

  it('H7 206 that is shorter than its Content-Range says -> goes on at the byte that is missing', async () => {
    const asked = await expectInstalled({ variant, faults: [shortBody(SIZE_BYTES - HALF_WAY)] }, { failures: 1 })
    expect(asked.map(({ offset }) => offset)).toEqual([0, HALF_WAY])
  })

  it('H8 206 that is longer than the file -> cut at its size', async () => {
    await expectInstalled({ variant, faults: [longBody(3 * CHUNK_BYTES)] })
  })

  it('H8 206 that is longer than the part, after a cut -> cut at the size of the file', async () => {
    await expectInstalled({ variant, faults: [CUT, longBody(3 * CHUNK_BYTES)] }, { failures: 1 })
  })

  it('H9 multipart/byteranges to a request for one part, once -> refused unread, asked again', async () => {
    await expectInstalled({ variant, faults: [CUT, multipart()] }, { failures: 2 })
  })

  it('H9 multipart/byteranges to every range -> asked without a range, installed', async () => {
    const asked = await expectInstalled({ variant, faults: [always(whenRanged(multipart()))] }, { restarts: 0 })
    expect(asked.length).toBeLessThanOrEqual(7)
  })

  it('H10 206 to a request without a range, of everything -> taken', async () => {
    const faults = [always(together(whenRanged(multipart()), whenPlain(unaskedRange())))]
    const asked = await expectInstalled({ variant, faults })
    expect(asked.at(-1)?.offset).toBeUndefined()
  })

  it('H10 206 to a request without a range, of a part -> refused, network', async () => {
    const faults = [always(wrongRange(5))]
    const asked = await expectFailed({ variant, faults }, { code: 'network' })
    expect(asked.map(({ offset }) => offset)).toContain(undefined)
    expect(asked.length).toBeLessThanOrEqual(MOST_REQUESTS)
  })
})
