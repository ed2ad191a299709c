import { describe, expect, it } from 'vitest'
import { buildPlugin, stall } from '../../../src/testing/index.js'
import { ALICE, createTrustStage, ID, outcomeOf, signedBy, trusting } from './trustStage.js'

const path = `/${ID}/1.0.0`

describe('M18 the manifest changes between check and download', () => {
  it('M18 -> the whole install is bound to the one that was checked', async () => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: trusting([ALICE]) })
    const plugin = await buildPlugin({ size: 200_000 })
    const url = stage.offer(plugin, (it) => signedBy(it, ALICE))
    stage.origin.script(`${path}/${plugin.manifest.bundle.urls[0]}`, stall(70_000))
    const stalled = stage.origin.next('stall')
    const task = await dock.downloads.startDownload(url)
    await stalled
    stage.offer(await buildPlugin({ size: 1000, seed: 2 }), (it) => signedBy({ ...it, name: 'Another' }, ALICE))
    stage.origin.put(`${path}/${plugin.manifest.bundle.urls[0]}`, plugin.bytes)
    stage.origin.release()
    const installed = await task.finished
    expect(installed).toMatchObject({ version: '1.0.0', sizeBytes: 200_000 })
    expect(installed.name).toBeUndefined()
  })

  it('M18 two bundles signed as one version -> the second is refused', async () => {
    const stage = createTrustStage()
    const trust = trusting([ALICE])
    const dock = await stage.open({ trust })
    const first = await buildPlugin({ seed: 1 })
    const second = await buildPlugin({ seed: 2 })
    const url = stage.offer(first, (it) => signedBy(it, ALICE))
    expect(await stage.outcome(dock, url)).toBe('installed')
    stage.offer(second, (it) => signedBy(it, ALICE))
    const task = await (await stage.crashAndOpen({ trust })).downloads.startDownload(url)
    await expect(task.finished).rejects.toThrow(/other bytes, and both are signed: .* publish a new version/)
    expect(await task.finished.catch(outcomeOf)).toBe('manifest')
  })
})

describe('M19 addresses that nothing may come from', () => {
  const SOURCES = [
    'http://evil.test/manifest.json',
    'javascript:alert(1)',
    'data:application/json,{}',
    'file:///etc/passwd',
    'https://user:secret@origin.test/manifest.json',
    'blob:https://origin.test/1',
  ]

  it.each(SOURCES)('M19 the manifest at %s -> untrusted-origin, nothing is recorded', async (source) => {
    const stage = createTrustStage()
    const dock = await stage.open()
    await expect(dock.downloads.startDownload(source)).rejects.toMatchObject({ code: 'untrusted-origin' })
    expect(dock.downloads.getTasks()).toEqual([])
    expect(stage.origin.requests).toEqual([])
  })

  it.each(SOURCES)('M19 the bundle at %s, validly signed -> untrusted-origin, nothing is asked for', async (source) => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: trusting([ALICE]) })
    const url = stage.offer(await buildPlugin(), (it) =>
      signedBy({ ...it, bundle: { ...it.bundle, urls: [source] } }, ALICE),
    )
    expect(await stage.outcome(dock, url)).toBe('untrusted-origin')
    expect(await stage.reached()).toEqual({ stored: 0, requests: 0 })
  })

  it('M19 an origin that is not on the list, validly signed -> untrusted-origin', async () => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: trusting([ALICE]), allowedOrigins: ['https://cdn.test'] })
    await expect(dock.downloads.startDownload(await stage.offerSigned({}, [ALICE]))).rejects.toMatchObject({
      code: 'untrusted-origin',
    })
  })
})
