import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededBytes } from '../../../src/testing/builders.js'
import { raw, trickle } from '../../../src/testing/faults.js'
import { createScriptedOrigin } from '../../../src/testing/scriptedOrigin.js'
import { toGzip } from '../../../src/testing/toGzip.js'
import { createVirtualClock } from '../../../src/testing/virtualClock.js'
import { describeFaultKitContract } from '../../contracts/faultKitContract.js'

describeFaultKitContract('in memory', async () => {
  const origin = createScriptedOrigin()
  return { origin, url: origin.url, fetch: origin.fetch, dispose: () => {} }
})

describe('the fault kit in memory', () => {
  it('trickle -> so many bytes after each wait, by the clock of the origin', async () => {
    const clock = createVirtualClock()
    const origin = createScriptedOrigin({ clock })
    origin.put('/a', new Uint8Array(10))
    origin.script('/a', trickle(4, 5000))
    const reading = origin.fetch(origin.urlOf('/a')).then((response) => response.arrayBuffer())
    const sent: number[] = []
    for (const delayMs of [4999, 1, 5000, 5000]) {
      await clock.advance(delayMs)
      sent.push(origin.bytesSent())
    }
    expect(sent).toEqual([0, 4, 8, 10])
    expect((await reading).byteLength).toBe(10)
  })

  it('raw -> an error that says what it takes', async () => {
    const origin = createScriptedOrigin()
    origin.script('/a', raw('HTTP/1.1 200 OK\r\n\r\n'))
    await expect(origin.fetch(origin.urlOf('/a'))).rejects.toThrow('A raw answer needs a socket')
  })
})

describe('toGzip', () => {
  it('any bytes -> what zlib makes the same of', () => {
    const words = fc.array(fc.constantFrom('abc', 'abcabcabd', '\0\0\0\0', 'x', '\u00ff'.repeat(9)), { maxLength: 200 })
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 2000 }), words.map(toBytes)), (bytes) => {
        expect(new Uint8Array(gunzipSync(toGzip(new Uint8Array(bytes))))).toEqual(new Uint8Array(bytes))
      }),
    )
  })

  it.each([
    ['zeros', new Uint8Array(200_000)],
    ['noise', seededBytes(200_000, 'noise')],
    ['a run as far back as a window', new Uint8Array([...seededBytes(32_768, 'a'), ...seededBytes(32_768, 'a')])],
  ])('%s -> the same again', (_name, bytes) => {
    expect(gunzipSync(toGzip(bytes)).equals(bytes)).toBe(true)
  })

  it('what repeats -> much shorter', () => {
    expect(toGzip(new Uint8Array(100_000)).length).toBeLessThan(2000)
  })
})

function toBytes(words: readonly string[]): Uint8Array {
  return new TextEncoder().encode(words.join(''))
}
