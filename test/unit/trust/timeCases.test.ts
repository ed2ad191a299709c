import { describe, expect, it } from 'vitest'
import { buildPlugin, stall } from '../../../src/testing/index.js'
import { codeOf, confirmActive, loadedVersion } from '../dock/versionStage.js'
import { ALICE, createTrustStage, expectRefused, ID, MALLORY, outcomeOf, signedBy, trusting } from './trustStage.js'

const YEAR_MS = 365 * 24 * 60 * 60 * 1000
const path = `/${ID}/1.0.0`

const inYears = (now: number, years: number): string => new Date(now + years * YEAR_MS).toISOString()

describe('M7 an older version, validly signed', () => {
  it('M7 below what works here -> downgrade, also after the plugin was deleted and the app restarted', async () => {
    const stage = createTrustStage()
    const trust = trusting([ALICE])
    const dock = await stage.open({ trust })
    expect(await stage.outcome(dock, await stage.offerSigned({ version: '2.0.0' }, [ALICE]))).toBe('installed')
    await confirmActive(dock)
    const older = await stage.offerSigned({ version: '1.9.0' }, [ALICE])
    expect(await stage.outcome(dock, older)).toBe('downgrade')
    await dock.storage.deletePlugin(ID)
    expect(await stage.outcome(await stage.crashAndOpen({ trust }), older)).toBe('downgrade')
  })

  it('M7 below what a trusted manifest announced -> downgrade, by whoever it is offered', async () => {
    const stage = createTrustStage()
    const trust = trusting([ALICE])
    const dock = await stage.open({ trust })
    const url = await stage.offerSigned({ version: '2.0.0' }, [ALICE], { minimumVersion: '1.5.0' })
    expect(await stage.outcome(dock, url)).toBe('installed')
    const next = await stage.crashAndOpen({ trust })
    const older = await stage.offerSigned({ version: '1.4.9' }, [ALICE])
    expect(await stage.outcome(next, older)).toBe('downgrade')
    const task = await next.downloads.startDownload(older)
    await expect(task.finished).rejects.toThrow('older than 1.5.0, the lowest version that its publisher stands by')
    const allowed = await next.downloads.startDownload(older, { allowDowngrade: true })
    expect(await allowed.finished).toMatchObject({ version: '1.4.9' })
  })

  it('M7 given as an object, what it announces counts too', async () => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: trusting([ALICE]) })
    const url = await stage.offerSigned({ version: '1.4.9' }, [ALICE])
    const bytes = codeOf('2.0.0')
    const plugin = await buildPlugin({ version: '2.0.0', bytes, chunkLengths: bytes.length })
    const baseUrl = stage.offer(plugin, (it) => it)
    const signed = signedBy({ ...plugin.manifest, minimumVersion: '1.5.0' }, ALICE)
    await (await dock.downloads.startDownload(signed, { baseUrl })).finished
    expect(await stage.outcome(dock, url)).toBe('downgrade')
  })

  it('M7 announced by a manifest that nobody trusts -> means nothing', async () => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: trusting([ALICE], { required: false }) })
    await stage.outcome(dock, await stage.offerSigned({ version: '2.0.0' }, [MALLORY], { minimumVersion: '2.0.0' }))
    expect(await stage.outcome(dock, await stage.offerSigned({ version: '1.0.0' }, [ALICE]))).toBe('installed')
  })

  it('M7 announced above itself -> refused', async () => {
    await expectRefused((it) => ({ ...it, minimumVersion: '1.0.1' }), 'manifest', /minimumVersion: 1\.0\.1 is above/)
  })
})

describe('M8 an older version on a device that has forgotten all', () => {
  it('M8 the app was shipped with a minimum -> downgrade', async () => {
    const stage = createTrustStage()
    const dock = await stage.open({ minimumVersions: { [ID]: '2.0.0' } })
    const task = await dock.downloads.startDownload(await stage.offerSigned({ version: '1.9.0' }, [ALICE]))
    await expect(task.finished).rejects.toThrow('older than 2.0.0, the lowest version that this app takes')
    expect(await stage.outcome(dock, await stage.offerSigned({ version: '2.0.0' }, [ALICE]))).toBe('installed')
  })

  it('M8 it was not -> installed, which is the limit of what a device can know', async () => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: trusting([ALICE]) })
    expect(await stage.outcome(dock, await stage.offerSigned({ version: '1.9.0' }, [ALICE]))).toBe('installed')
  })
})

describe('M10 the same manifest for ever', () => {
  it('M10 after it expired -> expired, with who has to renew it; what is installed runs', async () => {
    const stage = createTrustStage()
    const trust = trusting([ALICE])
    const dock = await stage.open({ trust })
    const expires = inYears(stage.clock.now(), 1)
    expect(await stage.outcome(dock, await stage.offerSigned({ version: '1.0.0' }, [ALICE], { expires }))).toBe(
      'installed',
    )
    await stage.clock.advance(2 * YEAR_MS)
    const frozen = await stage.offerSigned({ version: '1.1.0' }, [ALICE], { expires })
    const task = await dock.downloads.startDownload(frozen)
    await expect(task.finished).rejects.toThrow(/expired on .*; the publisher has to renew it/)
    expect(await loadedVersion(dock)).toBe('1.0.0')
  })

  it('M10 it expires while its bundle is on the way -> goes on: the update is judged by when it began', async () => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: trusting([ALICE]) })
    const expires = new Date(stage.clock.now() + 10_000).toISOString()
    const plugin = await buildPlugin({ size: 200_000 })
    const url = stage.offer(plugin, (it) => signedBy({ ...it, expires }, ALICE))
    stage.origin.script(`${path}/${plugin.manifest.bundle.urls[0]}`, stall(70_000))
    const stalled = stage.origin.next('stall')
    const task = await dock.downloads.startDownload(url)
    await stalled
    await dock.downloads.pauseDownload(task.id)
    await stage.clock.advance(120_000)
    await dock.downloads.resumeDownload(task.id)
    expect(await task.finished).toMatchObject({ version: '1.0.0' })
  })

  it('M10 it expires while the app is not running -> that is another update: expired, and retried with a new one', async () => {
    const stage = createTrustStage()
    const trust = trusting([ALICE])
    const dock = await stage.open({ trust })
    const plugin = await buildPlugin({ size: 200_000 })
    const soon = new Date(stage.clock.now() + 60_000).toISOString()
    const url = stage.offer(plugin, (it) => signedBy({ ...it, expires: soon }, ALICE))
    const first = await dock.downloads.startDownload(url)
    await dock.downloads.pauseDownload(first.id)
    await stage.clock.advance(120_000)
    const next = await stage.crashAndOpen({ trust })
    await next.downloads.resumeDownload(first.id)
    const task = next.downloads.getTask(first.id)
    expect(await task?.finished.catch(outcomeOf)).toBe('expired')
    stage.offer(plugin, (it) => signedBy({ ...it, expires: inYears(stage.clock.now(), 1) }, ALICE))
    await next.downloads.retryDownload(first.id)
    expect(await next.downloads.getTask(first.id)?.finished).toMatchObject({ version: '1.0.0' })
  })
})

describe('M11 a clock that is wrong', () => {
  it('M11 set back by ten years -> what had expired is still expired, also after a restart', async () => {
    const stage = createTrustStage()
    const trust = trusting([ALICE])
    const dock = await stage.open({ trust })
    const now = stage.clock.now()
    const late = await stage.offerSigned({ version: '1.0.0' }, [ALICE], { expires: inYears(now, 30) })
    await stage.clock.advance(11 * YEAR_MS)
    expect(await stage.outcome(dock, late)).toBe('installed')
    stage.clock.setNow(stage.clock.now() - 10 * YEAR_MS)
    const old = await stage.offerSigned({ version: '1.1.0' }, [ALICE], { expires: inYears(now, 5) })
    expect(await stage.outcome(dock, old)).toBe('expired')
    expect(await stage.outcome(await stage.crashAndOpen({ trust }), old)).toBe('expired')
  })

  it('M11 ten years ahead -> nothing is installed, what is installed runs; set right again, all is as before', async () => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: trusting([ALICE]) })
    const expires = inYears(stage.clock.now(), 1)
    const [first, second] = [
      await stage.offerSigned({ version: '1.0.0' }, [ALICE], { expires }),
      await stage.offerSigned({ version: '1.1.0' }, [ALICE], { expires }),
    ]
    expect(await stage.outcome(dock, first)).toBe('installed')
    stage.clock.setNow(stage.clock.now() + 10 * YEAR_MS)
    expect(await stage.outcome(dock, second)).toBe('expired')
    expect(await loadedVersion(dock)).toBe('1.0.0')
    stage.clock.setNow(stage.clock.now() - 10 * YEAR_MS)
    expect(await stage.outcome(dock, second)).toBe('installed')
  })
})
