import { describe, expect, it } from 'vitest'
import {
  always,
  changeEtag,
  dropAfter,
  flapEtags,
  header,
  ODD_ETAGS,
  pass,
  swap,
  together,
  withEtag,
} from '../../../src/testing/index.js'
import { ignoreIfRange } from './serverFaults.js'
import { HALF_WAY, VARIANTS } from './stage.js'
import { expectInstalled, OTHER_BYTES } from './story.js'

const CUT = dropAfter(HALF_WAY)
/** Half of the file that was there before, then the connection breaks. */
const FORMER_CUT = together(swap('/former'), CUT)
const ONE_RESTART = { failures: 2, restarts: 1 }

describe.each(VARIANTS)('validators, %s', (variant) => {
  it('H18 the file was replaced between two attempts, and the server says so -> started over, never a splice', async () => {
    const others = { '/former': { bytes: OTHER_BYTES, etag: '"former"' } }
    const asked = await expectInstalled({ variant, others, faults: [FORMER_CUT] }, ONE_RESTART)
    // chunk by chunk it is found in several requests that this is another file
    expect(asked.length).toBeLessThanOrEqual(variant === 'without chunks' ? 2 : 5)
  })

  it('H19 server ignores If-Range -> the digest finds the splice, one restart', async () => {
    const others = { '/former': { bytes: OTHER_BYTES, etag: '"former"' } }
    await expectInstalled({ variant, others, faults: [FORMER_CUT, ignoreIfRange()] }, ONE_RESTART)
  })

  it('H20 other bytes under the same ETag -> the digest finds the splice, one restart', async () => {
    const etag = '"same"'
    const others = { '/former': { bytes: OTHER_BYTES, etag } }
    await expectInstalled({ variant, others, build: { etag }, faults: [FORMER_CUT] }, ONE_RESTART)
  })

  it('H21 the same bytes under another ETag -> at most one restart', async () => {
    await expectInstalled({ variant, faults: [CUT, changeEtag()] }, ONE_RESTART)
  })

  it('H21 two servers that never agree on the ETag, and each connection breaks -> finishes, at most one restart', async () => {
    const faults = [always(together(flapEtags('"a"', '"b"'), CUT))]
    const asked = await expectInstalled({ variant, faults }, { failures: 4, restarts: 1 })
    expect(asked.length).toBeLessThanOrEqual(5)
  })

  it('H22 a weak ETag -> never sent back', async () => {
    const asked = await expectInstalled(
      { variant, build: { etag: 'W/"weak"' }, faults: [CUT, CUT] },
      {
        failures: 2,
        restarts: 2,
      },
    )
    expect(asked.map(({ ifRange }) => ifRange).filter((ifRange) => ifRange !== undefined)).toEqual([])
  })

  it('H23 an ETag at first and none later -> the digest decides', async () => {
    const faults = [CUT, together(header('etag', undefined), dropAfter(50_000)), withEtag(undefined)]
    await expectInstalled({ variant, faults }, ONE_RESTART)
  })

  it.each(ODD_ETAGS.map((etag) => ({ etag, shown: JSON.stringify(etag.slice(0, 20)) })))(
    'H24 the ETag $shown -> dropped, or sent back as a well-formed one; installed',
    async ({ etag }) => {
      const faults = [together(header('etag', etag), CUT), header('etag', etag), pass()]
      const asked = await expectInstalled({ variant, faults }, ONE_RESTART)
      for (const { ifRange } of asked) expect(ifRange ?? '"none"').toMatch(/^"[\x21\x23-\x7e]*"$/)
    },
  )
})
