import { describe, expect, it } from 'vitest'
import { hang } from '../../../src/testing/faults.js'
import { createScriptedOrigin } from '../../../src/testing/scriptedOrigin.js'
import { createVirtualClock } from '../../../src/testing/virtualClock.js'
import { collectGarbage } from '../../contracts/collectGarbage.js'
import { describeScriptedOriginContract } from '../../contracts/scriptedOriginContract.js'

describeScriptedOriginContract('in memory', async () => {
  const origin = createScriptedOrigin()
  return { origin, url: origin.url, fetch: origin.fetch, dispose: () => {} }
})

describe('the scripted origin in memory', () => {
  it('no answer comes, and memory is cleared meanwhile -> an abort is heard all the same', async () => {
    const origin = createScriptedOrigin()
    origin.put('/a', 'a')
    origin.script('/a', hang())
    const abort = new AbortController()
    const refused = expect(origin.fetch(origin.urlOf('/a'), { signal: abort.signal })).rejects.toThrow('left')
    await collectGarbage()
    abort.abort(new Error('left'))
    await refused
    expect(origin.requests[0]?.outcome).toBe('gone')
  })

  it('another origin is asked -> an unknown host', async () => {
    const { fetch } = createScriptedOrigin({ url: 'https://cdn.example' })
    await expect(fetch('https://origin.test/x')).rejects.toMatchObject({ cause: { code: 'ENOTFOUND' } })
  })

  it('a rate -> as many bytes as the time allows, over all answers together', async () => {
    const clock = createVirtualClock()
    const origin = createScriptedOrigin({ clock })
    origin.put('/a', new Uint8Array(1_000_000))
    origin.limitBytesPerSecond = 100_000
    const readers = [await origin.fetch(origin.urlOf('/a')), await origin.fetch(origin.urlOf('/a'))].map((response) =>
      response.arrayBuffer(),
    )
    await clock.advance(5000)
    expect(origin.bytesSent()).toBeGreaterThanOrEqual(480_000)
    expect(origin.bytesSent()).toBeLessThanOrEqual(500_000)
    origin.limitBytesPerSecond = undefined
    await clock.advance(1000)
    await Promise.all(readers)
    expect(origin.bytesSent()).toBe(2_000_000)
    expect(clock.pendingTimers).toBe(0)
  })

  it('no rate -> no timer', async () => {
    const clock = createVirtualClock()
    const origin = createScriptedOrigin({ clock })
    origin.put('/a', new Uint8Array(1_000_000))
    await (await origin.fetch(origin.urlOf('/a'))).arrayBuffer()
    expect(clock.pendingTimers).toBe(0)
  })
})
