import { describe, expect, it } from 'vitest'
import { MAY_RISE_MIB, memoryPlot, secondHalf } from '../../../scripts/soak/memory.mjs'
import { seededRandom } from '../../../src/testing/seededRandom.js'

const MIB = 1024 * 1024
const random = seededRandom(1)

/** Half an hour, a sample every ten seconds, give or take 3 MiB. */
function samples(mibAt: (minute: number) => number): [number, number][] {
  return Array.from({ length: 180 }, (_, at) => [at * 10, (mibAt(at / 6) + 6 * (random() - 0.5)) * MIB])
}

describe('memory of a soak', () => {
  it('that warms up and stays -> flat', () => {
    const fit = secondHalf(samples((minute) => 40 + 30 * Math.min(1, minute / 10)))
    expect(Math.abs(fit?.riseMib ?? Number.NaN)).toBeLessThan(MAY_RISE_MIB.heap)
  })

  it('that leaks a third of a MiB a minute -> found, and by how much', () => {
    const fit = secondHalf(samples((minute) => 40 + minute / 3))
    expect(fit?.riseMib).toBeGreaterThan(MAY_RISE_MIB.heap)
    expect(fit?.slopeMibPerMinute).toBeCloseTo(1 / 3, 1)
    expect(fit?.line[0]?.[0]).toBe(15)
  })

  it('too few samples -> no verdict', () => {
    expect(secondHalf(samples(() => 40).slice(0, 4))).toBeUndefined()
  })

  it('as a plot -> every sample in its line, in the panel of its process', () => {
    const series = samples(() => 40).map(([at, bytes]) => ({ at, rss: 2 * bytes, heap: bytes }))
    const svg = memoryPlot({ lasting: series, killed: series.slice(0, 20), minutes: 30, subtitle: 'a < b & c' })
    const points = [...svg.matchAll(/d="M([^"]*)" fill="none" stroke="#(?:cf222e|0969da)"/g)].map(
      ([, path = '']) => path.split('L').length,
    )
    expect(points).toEqual([180, 180, 20])
    expect(svg).toContain('a &lt; b &amp; c')
    expect(svg).not.toContain('NaN')
  })
})
