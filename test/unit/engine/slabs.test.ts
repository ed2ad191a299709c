import { describe, expect, it } from 'vitest'
import { SLAB_BYTES, Slabs, SpareSlabs } from '../../../src/engine/slabs.js'

describe('slabs', () => {
  it('one transfer after the other -> the same memory', async () => {
    const spare = new SpareSlabs()
    const first = new Slabs(2, SLAB_BYTES, spare)
    const buffer = await first.take()
    first.give(buffer)
    first.end()
    expect(await new Slabs(2, 1000, spare).take()).toBe(buffer)
  })

  it('a slab that is in use when its transfer ends -> nobody else gets it', async () => {
    const spare = new SpareSlabs()
    const first = new Slabs(2, SLAB_BYTES, spare)
    const buffer = await first.take()
    first.end()
    expect(await new Slabs(2, SLAB_BYTES, spare).take()).not.toBe(buffer)
  })

  it('one that a broken read may write into -> nobody else gets it', async () => {
    const spare = new SpareSlabs()
    const slabs = new Slabs(1, SLAB_BYTES, spare)
    const broken = await slabs.take()
    slabs.drop()
    expect(await slabs.take()).not.toBe(broken)
    slabs.end()
    expect(spare.take(SLAB_BYTES)).not.toBe(broken)
  })

  it('a chunk longer than a slab -> memory of its own', async () => {
    const spare = new SpareSlabs()
    spare.keep(new ArrayBuffer(SLAB_BYTES))
    expect((await new Slabs(1, SLAB_BYTES + 1, spare).take()).byteLength).toBe(SLAB_BYTES + 1)
  })

  it('many are passed on, or nobody transfers any more -> few are kept, or none', () => {
    const spare = new SpareSlabs()
    const kept = Array.from({ length: 10 }, () => new ArrayBuffer(SLAB_BYTES))
    for (const buffer of kept) spare.keep(buffer)
    const taken = Array.from({ length: 10 }, () => spare.take(SLAB_BYTES))
    expect(taken.filter((buffer) => kept.includes(buffer))).toHaveLength(4)
    for (const buffer of kept) spare.keep(buffer)
    spare.clear()
    expect(kept).not.toContain(spare.take(SLAB_BYTES))
  })
})
