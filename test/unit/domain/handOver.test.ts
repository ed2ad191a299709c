import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChunkMap, type ChunkRun, DIGEST_LENGTH } from '../../../src/domain/chunks.js'
import { type OpenDownload, planHandOver, type RunRequest } from '../../../src/domain/handOver.js'

const MIB = 1024 * 1024
const CHUNK = 128 * 1024

interface Lacking {
  readonly url?: string
  readonly priority?: number
  readonly seq?: number
  /** In chunks: what is missing, and what is there behind it. */
  readonly runs: readonly (readonly [missing: number, there: number])[]
}

function download({ url = 'https://cdn.example/a', priority = 0, seq = 1, runs }: Lacking): OpenDownload {
  const count = Math.max(
    1,
    runs.flat().reduce((sum, chunks) => sum + chunks, 0),
  )
  const map = ChunkMap.of(count * CHUNK - 1, CHUNK, new Uint8Array(count * DIGEST_LENGTH))
  const missing: ChunkRun[] = []
  let next = 0
  for (const [chunks, there] of runs) {
    if (chunks > 0) missing.push(map.run(next, next + chunks - 1))
    next += chunks + there
  }
  return { title: url, url, priority, seq, map, missing }
}

function chunksOf(requests: readonly RunRequest[], url: string): number[] {
  return requests
    .filter((request) => request.url === url)
    .flatMap(({ run: { first, last } }) => Array.from({ length: last - first + 1 }, (_, at) => first + at))
}

function missingChunks({ missing }: OpenDownload): number[] {
  return missing.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at))
}

describe('a plan for handing over', () => {
  const lacking = fc.record({
    priority: fc.integer({ min: -2, max: 2 }),
    runs: fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 4 })), { maxLength: 90 }),
  })

  it('whatever is missing -> at most 64 requests, each for whole chunks that are missing, none twice', () => {
    fc.assert(
      fc.property(fc.array(lacking, { maxLength: 5 }), (all) => {
        const downloads = all.map((one, seq) => download({ ...one, seq, url: `https://cdn.example/${seq}` }))
        const requests = planHandOver(downloads)
        expect(requests.length).toBeLessThanOrEqual(64)
        const runs = downloads.reduce((sum, { missing }) => sum + missing.length, 0)
        for (const one of downloads) {
          const asked = chunksOf(requests, one.url)
          const missing = missingChunks(one)
          expect(new Set(asked).size).toBe(asked.length)
          const lacks = new Set(missing)
          expect(asked.every((index) => lacks.has(index))).toBe(true)
          if (runs <= 64) expect(asked).toEqual(missing)
        }
        for (const { url, run } of requests) {
          const { map } = downloads.find((one) => one.url === url) ?? download({ runs: [] })
          expect(run).toEqual(map.run(run.first, run.last))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('one long run -> parts of about the same length, none shorter than 2 MiB', () => {
    const requests = planHandOver([download({ runs: [[8 * 40, 0]] })])
    expect(requests.map(({ run }) => run.length).every((bytes) => bytes >= 2 * MIB && bytes <= 2.25 * MIB)).toBe(true)
    expect(requests.reduce((sum, { run }) => sum + run.length, 0)).toBe(40 * MIB - 1)
  })

  it('a gigabyte -> 64 requests or hardly less, and all of it', () => {
    const huge = download({ runs: [[8192, 0]] })
    const requests = planHandOver([huge])
    expect(requests.length).toBeGreaterThan(60)
    expect(requests.length).toBeLessThanOrEqual(64)
    expect(chunksOf(requests, huge.url)).toEqual(missingChunks(huge))
  })

  it('short runs -> one request each, in the order of bytes', () => {
    const requests = planHandOver([
      download({
        runs: [
          [1, 3],
          [2, 1],
          [4, 0],
        ],
      }),
    ])
    expect(requests.map(({ run: { first, last } }) => [first, last])).toEqual([
      [0, 0],
      [4, 5],
      [7, 10],
    ])
  })

  it('more runs than requests -> the longest, in the order of bytes', () => {
    const plan = planHandOver(
      [
        download({
          runs: [
            [1, 1],
            [3, 1],
            [2, 1],
            [5, 1],
          ],
        }),
      ],
      2,
    )
    expect(plan.map(({ run: { first, last } }) => last - first + 1)).toEqual([3, 5])
  })

  it('several downloads -> by priority, then first come, first served; who comes late gets what is left', () => {
    const runs = [
      [1, 1],
      [1, 1],
    ] as const
    const last = download({ url: 'https://cdn.example/last', priority: 1, seq: 3, runs })
    const first = download({ url: 'https://cdn.example/first', priority: 5, seq: 2, runs })
    const second = download({ url: 'https://cdn.example/second', priority: 1, seq: 1, runs })
    const plan = planHandOver([last, first, second], 5)
    expect(plan.map(({ url }) => url.split('/').at(-1))).toEqual(['first', 'first', 'second', 'second', 'last'])
  })

  it('nothing missing -> nothing to ask', () => {
    expect(planHandOver([])).toEqual([])
    expect(planHandOver([download({ runs: [[0, 5]] })])).toEqual([])
  })
})
