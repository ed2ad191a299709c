import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalBytes, fromBase64, toBase64, toHex } from '../../../src/domain/bytes.js'
import { ChunkMap, DIGEST_LENGTH } from '../../../src/domain/chunks.js'
import { matchesIntegrity, parseIntegrity } from '../../../src/domain/integrity.js'
import { nextSpeed, remainingMs, startSpeed } from '../../../src/domain/progress.js'
import { DEFAULT_RETRY_POLICY, retryDelayMs } from '../../../src/domain/retry.js'
import { compareVersions } from '../../../src/domain/version.js'

describe('bytes', () => {
  it('base64 there and back -> the same; anything not canonical -> undefined', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => equalBytes(fromBase64(toBase64(bytes)) ?? new Uint8Array(1), bytes)),
    )
    for (const text of ['A', 'AA', 'AA=', 'A===', '====', 'A A=', 'AA-_']) expect(fromBase64(text)).toBeUndefined()
    expect(toHex(Uint8Array.of(0, 15, 255))).toBe('000fff')
  })
})

describe('a chunk map', () => {
  const lengthsAndFlags = fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.boolean()), { maxLength: 60 })
  const mapOf = (lengths: readonly number[]): ChunkMap => {
    const size = lengths.reduce((sum, length) => sum + length, 0)
    return ChunkMap.of(size, lengths, new Uint8Array(lengths.length * DIGEST_LENGTH))
  }

  it('every byte -> lies in the chunk that indexAt names', () => {
    fc.assert(
      fc.property(lengthsAndFlags, fc.double({ min: 0, max: 0.999, noNaN: true }), (chunks, place) => {
        const map = mapOf(chunks.map(([length]) => length))
        if (map.size === 0) return
        const offset = Math.floor(place * map.size)
        const index = map.indexAt(offset)
        expect(map.offset(index)).toBeLessThanOrEqual(offset)
        expect(map.offset(index + 1)).toBeGreaterThan(offset)
      }),
    )
  })

  it('the same cut as one number or as a list -> the same canonical bytes', () => {
    const digests = Uint8Array.from({ length: 3 * DIGEST_LENGTH }, (_, at) => at)
    const fixed = ChunkMap.of(250, 100, digests)
    const listed = ChunkMap.of(250, [100, 100, 50], digests)
    expect(toHex(fixed.canonicalBytes())).toBe(toHex(listed.canonicalBytes()))
    expect(toHex(ChunkMap.of(250, [100, 50, 100], digests).canonicalBytes())).not.toBe(toHex(fixed.canonicalBytes()))
  })

  it('serialised and read again -> the same map', () => {
    const map = ChunkMap.of(250, [100, 100, 50], new Uint8Array(3 * DIGEST_LENGTH).fill(7))
    expect(toHex(ChunkMap.from(250, map.serialize()).canonicalBytes())).toBe(toHex(map.canonicalBytes()))
  })
})

describe('versions', () => {
  it('semver.org clause 11 -> this order', () => {
    const ordered = [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
      '1.0.1',
      '1.10.0',
      '2.0.0',
      '100000000000000000000.0.0',
    ]
    const shuffled = [...ordered].reverse().sort(compareVersions)
    expect(shuffled).toEqual(ordered)
    expect(compareVersions('1.0.0+a', '1.0.0+b')).toBe(0)
  })
})

describe('integrity', () => {
  const of = (algorithm: string, bytes: number, fill: number) =>
    `${algorithm}-${toBase64(new Uint8Array(bytes).fill(fill))}`

  it('M15 several listed -> only the strongest counts', () => {
    const integrity = parseIntegrity(`${of('sha256', 32, 1)} ${of('sha512', 64, 2)} ${of('sha512', 64, 3)}`)
    if (!integrity) throw new Error('It is a good SRI string')
    expect(integrity.algorithm).toBe('sha512')
    expect(matchesIntegrity(integrity, new Uint8Array(64).fill(3))).toBe(true)
    expect(matchesIntegrity(integrity, new Uint8Array(32).fill(1))).toBe(false)
  })

  it('M14 one entry that cannot be read -> none counts', () => {
    expect(parseIntegrity(`${of('sha256', 32, 1)} sha999-AAAA`)).toBeUndefined()
  })
})

describe('back-off', () => {
  const policy = DEFAULT_RETRY_POLICY

  it('without jitter -> 1, 2, 4 ... seconds, never more than the cap', () => {
    const delays = [1, 2, 3, 4, 7, 50].map((attempt) =>
      retryDelayMs({ ...policy, jitter: 'none' }, { attempt, entropy: 0.5 }),
    )
    expect(delays).toEqual([1000, 2000, 4000, 8000, 60_000, 60_000])
  })

  it('H37 Retry-After -> never earlier, and spread; H39 absurd ones are clamped', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 0.9999, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        (entropy, attempt) => {
          const delay = retryDelayMs(policy, { attempt, entropy, retryAfterMs: 7000 })
          expect(delay).toBeGreaterThanOrEqual(7000)
          expect(retryDelayMs(policy, { attempt, entropy, retryAfterMs: 1e15 })).toBeLessThanOrEqual(3_660_000)
          expect(retryDelayMs(policy, { attempt, entropy })).toBeGreaterThanOrEqual(0)
        },
      ),
    )
  })
})

describe('a thousand clients that a busy server told the same', () => {
  const entropies = Array.from({ length: 1000 }, (_, client) => client / 1000)
  const returns = (jitter: 'full' | 'none', retryAfterMs: number) =>
    entropies.map((entropy) => retryDelayMs({ ...DEFAULT_RETRY_POLICY, jitter }, { attempt: 1, entropy, retryAfterMs }))
  const inBusiestSecond = (delays: readonly number[]) =>
    Math.max(...delays.map((from) => delays.filter((at) => at >= from && at < from + 1000).length))

  it('come back in two minutes -> none before, and they spread over the two minutes after', () => {
    const delays = returns('full', 120_000)
    expect(Math.min(...delays)).toBe(120_000)
    expect(Math.max(...delays)).toBeLessThan(240_000)
    expect(inBusiestSecond(delays)).toBeLessThan(12)
  })

  it('come back in fifty minutes -> spread over the ten that are left of the hour', () => {
    const delays = returns('full', 3_000_000)
    expect(Math.min(...delays)).toBe(3_000_000)
    expect(Math.max(...delays)).toBeLessThan(3_600_000)
    expect(inBusiestSecond(delays)).toBeLessThan(4)
  })

  it.each([
    { askedMs: 60_000, latestMs: 60_000 + 1_800_000 },
    { askedMs: 900_000, latestMs: 900_000 + 1_800_000 },
    { askedMs: 2_400_000, latestMs: 3_600_000 },
    { askedMs: 10_000, latestMs: 10_000 + 300_000 },
    { askedMs: 0, latestMs: 1000 },
  ])('$askedMs ms, and nobody waits -> none before, and they spread until $latestMs ms', ({ askedMs, latestMs }) => {
    const delays = entropies.map((entropy) =>
      retryDelayMs(DEFAULT_RETRY_POLICY, { attempt: 1, entropy, retryAfterMs: askedMs, isAutomatic: true }),
    )
    expect(Math.min(...delays)).toBe(askedMs)
    expect(Math.max(...delays)).toBeLessThan(latestMs)
    expect(Math.max(...delays)).toBeGreaterThan(askedMs + 0.99 * (latestMs - askedMs))
  })

  it('nobody waits, and the server asked for nothing -> as for anybody', () => {
    const delays = [0, 0.25, 0.75].map((entropy) =>
      retryDelayMs(DEFAULT_RETRY_POLICY, { attempt: 4, entropy, isAutomatic: true }),
    )
    expect(delays).toEqual([0, 2000, 6000])
  })

  it('without jitter -> all in the same millisecond', () => {
    expect(new Set(returns('none', 120_000))).toEqual(new Set([120_000]))
  })
})

describe('speed', () => {
  it('a steady line -> its speed from the first samples on, and a time left that fits', () => {
    let speed = startSpeed(0, 0)
    for (let at = 100; at <= 3000; at += 100) {
      speed = nextSpeed(speed, at, at * 50)
      expect(Math.round(speed.bytesPerSecond)).toBe(50_000)
    }
    expect(remainingMs(speed, 100_000)).toBe(2000)
  })

  it('younger than a second, or nothing moves -> no time left is shown', () => {
    expect(remainingMs(nextSpeed(startSpeed(0, 0), 500, 5000), 1000)).toBeUndefined()
    let speed = nextSpeed(startSpeed(0, 0), 2000, 5000)
    for (let at = 3000; at < 100_000; at += 1000) speed = nextSpeed(speed, at, 5000)
    expect(remainingMs(speed, 1000)).toBeUndefined()
  })
})
