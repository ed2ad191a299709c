import { describe, it } from 'vitest'
import { toBase64 } from '../../../src/domain/bytes.js'
import { always, dropAfter, gzip, seededBytes, together } from '../../../src/testing/index.js'
import { HALF_WAY, SIZE_BYTES, VARIANTS } from './stage.js'
import { expectInstalled } from './story.js'

const CUT = dropAfter(HALF_WAY)
/** Compresses by a quarter: the compressed file, too, is longer than what came before the cut. */
const build = {
  bytes: new TextEncoder().encode(toBase64(seededBytes(SIZE_BYTES, 'text'))).subarray(0, SIZE_BYTES),
}

describe.each(VARIANTS)('compressed answers, %s', (variant) => {
  it('H25 gzip with the length of what is compressed -> no false mismatch, progress out of the real size', async () => {
    await expectInstalled({ variant, build, faults: [always(gzip())] })
  })

  it('H26 gzip of the whole to a resume, as nginx sends it -> never appended as it came, installed', async () => {
    const faults = [CUT, gzip(), gzip()]
    await expectInstalled({ variant, build, faults }, { failures: 2, restarts: 1 })
  })

  it('H26 206 of the compressed bytes to a resume, as Apache sends it -> refused, installed', async () => {
    const faults = [CUT, gzip('compressed'), gzip('compressed')]
    await expectInstalled({ variant, build, faults }, { failures: 2, restarts: 1 })
  })

  it('H26 206 of the compressed bytes to every range -> asked without a range, installed', async () => {
    await expectInstalled({ variant, build, faults: [always(gzip('compressed'))] }, { failures: 2, restarts: 1 })
  })

  it('H27 gzip at first, cut, and plain bytes to the resume -> offsets are those of the plain bytes', async () => {
    const faults = [gzip(), together(gzip(), dropAfter(60_000))]
    await expectInstalled({ variant, build, faults }, { failures: 1, restarts: 1 })
  })
})
