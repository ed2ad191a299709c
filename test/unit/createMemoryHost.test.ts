import { describe, expect, it } from 'vitest'
import { createMemoryHost } from '../../src/hosts/memory/createMemoryHost.js'
import { createScriptedOrigin } from '../../src/testing/scriptedOrigin.js'

const request = { signal: new AbortController().signal, timeouts: { headersMs: 1000 } }

describe('createMemoryHost', () => {
  it('an origin -> its files', async () => {
    const origin = createScriptedOrigin()
    origin.put('/file', 'bytes')
    const answer = await createMemoryHost({ origin }).fetcher.open({ ...request, url: origin.urlOf('/file') })
    const target = new Uint8Array(10)
    const count = await answer.body.readInto(target)
    expect(new TextDecoder().decode(target.subarray(0, count))).toBe('bytes')
    await answer.body.cancel()
  })

  it('no origin -> a network error', async () => {
    await expect(createMemoryHost().fetcher.open({ ...request, url: 'https://origin.test/' })).rejects.toMatchObject({
      code: 'network',
    })
  })

  it('open twice -> locked; closed and opened again -> everything is there', async () => {
    const host = createMemoryHost()
    const first = await host.open()
    await expect(host.open()).rejects.toMatchObject({ code: 'locked' })
    await (await first.bundles.openPartial('p')).seal('a')
    await first.records.commit([{ key: 'k', value: 1 }], { epoch: await first.records.claimEpoch() })
    await first.close()
    const second = await host.open()
    expect(await second.records.get('k')).toBe(1)
    expect(await second.bundles.list()).toHaveLength(1)
  })

  it('crashed -> free to open at once, leases are gone, and what the dead one still does changes nothing', async () => {
    const host = createMemoryHost()
    const first = await host.open()
    const partial = await first.bundles.openPartial('p')
    await partial.write(0, Uint8Array.of(1))
    await host.leases.share('a')
    host.crash()
    const second = await host.open()
    await expect(partial.write(1, Uint8Array.of(2))).rejects.toMatchObject({ code: 'storage' })
    await expect(first.records.claimEpoch()).rejects.toMatchObject({ code: 'storage' })
    expect(await host.leases.isShared('a')).toBe(false)
    await first.close().catch(() => {})
    await expect(host.open()).rejects.toMatchObject({ code: 'locked' })
    const again = await second.bundles.openPartial('p')
    expect(await again.read(0, 10)).toEqual(Uint8Array.of(1))
  })

  it('conditions change -> watchers hear of it until they stop', () => {
    const { conditions } = createMemoryHost({ conditions: { online: false } })
    const heard: boolean[] = []
    const stop = conditions.watch(({ online }) => void heard.push(online))
    conditions.change({ online: true })
    stop()
    conditions.change({ online: false })
    expect(heard).toEqual([true])
    expect(conditions.current).toEqual({ online: false, metered: false, saveData: false, visible: true, frozen: false })
  })
})
