import { describe, expect, it } from 'vitest'
import type { KeyList } from '../../../src/domain/keyList.js'
import type { SignedKeyList } from '../../../src/domain/keyState.js'
import type { TrustedKey } from '../../../src/domain/trust.js'
import { type SigningKey, signKeyList } from '../../../src/publish/index.js'
import { buildPlugin, stall } from '../../../src/testing/index.js'
import { codeOf, confirmActive } from '../dock/versionStage.js'
import { ALICE, BOB, createTrustStage, MALLORY, outcomeOf, signedBy, type TrustStage, trusting } from './trustStage.js'

const PATH = '/keys.json'
const HOUR_MS = 3_600_000

const scoped = ({ trustedKey }: SigningKey, ...plugins: readonly string[]): TrustedKey => ({ ...trustedKey, plugins })

function listOf(
  version: number,
  keys: readonly TrustedKey[],
  signers: readonly SigningKey[],
  more: Partial<KeyList> = {},
): SignedKeyList {
  const pems = signers.map(({ privateKeyPem }) => privateKeyPem)
  return signKeyList({ keyListVersion: 1, version, keys, ...more }, pems)
}

const HANDED_OVER = listOf(1, [BOB.trustedKey], [ALICE, BOB])

function publish(stage: TrustStage, lists: object | string): void {
  stage.origin.put(PATH, typeof lists === 'string' ? lists : JSON.stringify(lists))
}

describe('a key that is for some plugins only', () => {
  it('signs a list of keys, alone -> refused: it has no say in who signs the other plugins', async () => {
    const stage = createTrustStage()
    publish(stage, listOf(1, [MALLORY.trustedKey], [MALLORY]))
    const trust = trusting([ALICE.trustedKey, scoped(MALLORY, 'evil.*')], { keyList: stage.origin.urlOf(PATH) })
    const dock = await stage.open({ trust })
    const task = await dock.downloads.startDownload(await stage.offerSigned({}, [MALLORY]))
    await expect(task.finished).rejects.toThrow(/not signed by the keys before it: .*only such may sign a list of keys/)
    expect(await stage.reached()).toEqual({ stored: 0, requests: 0 })
  })

  it('signs one as the second of two -> refused', async () => {
    const stage = createTrustStage()
    publish(stage, listOf(1, [MALLORY.trustedKey], [ALICE, MALLORY]))
    const keys = [ALICE.trustedKey, BOB.trustedKey, scoped(MALLORY, 'evil.*')]
    const dock = await stage.open({ trust: trusting(keys, { threshold: 2, keyList: stage.origin.urlOf(PATH) }) })
    expect(await stage.outcome(dock, await stage.offerSigned({}, [ALICE, BOB]))).toBe('signature: key-list')
  })

  it('signs one under two names of which one is for all plugins -> it is good', async () => {
    const stage = createTrustStage()
    publish(stage, HANDED_OVER)
    const twin = { ...scoped(ALICE, 'acme.tools'), keyid: 'alice-tools' }
    const dock = await stage.open({ trust: trusting([ALICE, twin], { keyList: stage.origin.urlOf(PATH) }) })
    expect(await stage.outcome(dock, await stage.offerSigned({}, [BOB]))).toBe('installed')
  })

  it('a list or an app with no other keys -> told at once, for it could never be replaced', async () => {
    const keys = [scoped(ALICE, 'acme.*')]
    expect(() => listOf(1, keys, [ALICE])).toThrow(/could never be replaced: too few of the keys are for all plugins/)
    const opening = createTrustStage().open({ trust: trusting(keys, { keyList: 'https://acme.example/keys.json' }) })
    await expect(opening).rejects.toThrow(/options\.trust\.keyList is of no use: too few of the keys/)
  })

  it('known by two names, each for other plugins -> signs for both, in whatever order the names stand', async () => {
    const names = [scoped(ALICE, 'acme.charts'), { ...scoped(ALICE, 'acme.maps'), keyid: 'alice-maps' }]
    for (const order of [names, [...names].reverse()]) {
      const stage = createTrustStage()
      const dock = await stage.open({ trust: trusting(order) })
      const url = stage.offer(await buildPlugin(), (it) => {
        const envelope = signedBy(it, ALICE)
        const { sig } = envelope.signatures[0] ?? { sig: '' }
        return { ...envelope, signatures: order.map(({ keyid }) => ({ keyid, sig })) }
      })
      expect(await stage.outcome(dock, url)).toBe('installed')
    }
  })
})

describe('an app that comes with newer keys', () => {
  const chain = [HANDED_OVER, listOf(2, [MALLORY.trustedKey], [BOB, MALLORY])]

  it('the origin still has the steps that led to them -> they are passed over', async () => {
    const stage = createTrustStage()
    publish(stage, chain)
    const dock = await stage.open({ trust: trusting([MALLORY], { keyList: stage.origin.urlOf(PATH) }) })
    expect(await stage.outcome(dock, await stage.offerSigned({}, [MALLORY]))).toBe('installed')
  })

  it('the last step is by nobody whom it trusts -> refused', async () => {
    const stage = createTrustStage()
    publish(stage, [HANDED_OVER, listOf(2, [MALLORY.trustedKey], [MALLORY])])
    const dock = await stage.open({ trust: trusting([ALICE], { keyList: stage.origin.urlOf(PATH) }) })
    expect(await stage.outcome(dock, await stage.offerSigned({}, [MALLORY]))).toBe('signature: key-list')
  })
})

describe('asking for the list of keys', () => {
  it('whoever asked first is cancelled -> the others get their answer', async () => {
    const stage = createTrustStage()
    publish(stage, HANDED_OVER)
    stage.origin.script(PATH, stall(10))
    const dock = await stage.open({ trust: trusting([ALICE], { keyList: stage.origin.urlOf(PATH) }) })
    const [first, second] = [
      await stage.offerSigned({ id: 'acme.a' }, [BOB]),
      await stage.offerSigned({ id: 'acme.b' }, [BOB]),
    ]
    const stalled = stage.origin.next('stall')
    const cancelled = await dock.downloads.startDownload(first)
    await stalled
    const task = await dock.downloads.startDownload(second)
    await dock.downloads.cancelDownload(cancelled.id)
    expect(await cancelled.finished.catch(outcomeOf)).toBe('cancelled')
    await stage.clock.advance(120_000)
    expect(await task.finished.then(() => 'installed', outcomeOf)).toBe('installed')
  })

  it('a network that wants one to sign in answers with a page -> out of reach, and no failure', async () => {
    const stage = createTrustStage()
    publish(stage, '<!doctype html><title>Sign in</title>')
    const dock = await stage.open({ trust: trusting([ALICE], { keyList: stage.origin.urlOf(PATH) }) })
    expect(await stage.outcome(dock, await stage.offerSigned({}, [ALICE]))).toBe('installed')
  })

  it('the list has just expired, or the key was replaced under its name -> the newest one is had at once', async () => {
    const stage = createTrustStage()
    const expires = new Date(stage.clock.now() + 30_000).toISOString()
    publish(stage, listOf(1, [ALICE.trustedKey], [ALICE], { expires }))
    const dock = await stage.open({ trust: trusting([ALICE], { keyList: stage.origin.urlOf(PATH) }) })
    expect(await stage.outcome(dock, await stage.offerSigned({ id: 'acme.a' }, [ALICE]))).toBe('installed')
    await stage.clock.advance(31_000)
    publish(stage, listOf(2, [ALICE.trustedKey], [ALICE]))
    expect(await stage.outcome(dock, await stage.offerSigned({ id: 'acme.b' }, [ALICE]))).toBe('installed')
    const renamed = { ...BOB.trustedKey, keyid: ALICE.trustedKey.keyid }
    const next = listOf(3, [renamed], [ALICE, BOB])
    const byBob = next.signatures.find(({ keyid }) => keyid === BOB.trustedKey.keyid)
    publish(stage, { ...next, signatures: [...next.signatures, { ...byBob, keyid: renamed.keyid }] })
    const url = stage.offer(await buildPlugin({ id: 'acme.c', bytes: codeOf('1.0.0'), chunkLengths: 10 }), (it) => {
      const envelope = signedBy(it, BOB)
      return { ...envelope, signatures: envelope.signatures.map(({ sig }) => ({ keyid: renamed.keyid, sig })) }
    })
    expect(await stage.outcome(dock, url)).toBe('installed')
  })

  it('it expired while a download was away -> the newer one is asked for, and the download goes on', async () => {
    const stage = createTrustStage()
    const expires = new Date(stage.clock.now() + HOUR_MS).toISOString()
    publish(stage, listOf(1, [ALICE.trustedKey], [ALICE], { expires }))
    const trust = trusting([ALICE], { keyList: stage.origin.urlOf(PATH) })
    const dock = await stage.open({ trust })
    const plugin = await buildPlugin({ size: 200_000 })
    const url = stage.offer(plugin, (it) => signedBy(it, ALICE))
    stage.origin.script(`/acme.charts/1.0.0/${plugin.manifest.bundle.urls[0]}`, stall(140_000))
    const stalled = stage.origin.next('stall')
    const { id } = await dock.downloads.startDownload(url)
    await stalled
    await dock.downloads.pauseDownload(id)
    await stage.clock.advance(2 * HOUR_MS)
    publish(stage, listOf(2, [ALICE.trustedKey], [ALICE]))
    const next = await stage.crashAndOpen({ trust })
    await next.downloads.resumeDownload(id)
    expect(await next.downloads.getTask(id)?.finished).toMatchObject({ version: '1.0.0' })
  })

  it('the clock is set back behind its end -> it is still expired, also after a restart', async () => {
    const stage = createTrustStage()
    const expires = new Date(stage.clock.now() + 2 * HOUR_MS).toISOString()
    publish(stage, listOf(1, [ALICE.trustedKey], [ALICE], { expires }))
    const trust = trusting([ALICE], { keyList: stage.origin.urlOf(PATH) })
    const dock = await stage.open({ trust })
    const day = listOf(2, [ALICE.trustedKey], [ALICE], { expires: new Date(stage.clock.now() + HOUR_MS).toISOString() })
    await stage.clock.advance(1.5 * HOUR_MS)
    expect(await stage.outcome(dock, await stage.offerSigned({ id: 'acme.a' }, [ALICE]))).toBe('installed')
    stage.clock.setNow(stage.clock.now() - HOUR_MS)
    publish(stage, day)
    const next = await stage.crashAndOpen({ trust })
    expect(await stage.outcome(next, await stage.offerSigned({ id: 'acme.b' }, [ALICE]))).toBe('expired')
  })
})

describe('M18 what a signed version is made of', () => {
  it('M18 other chunks under the digest of the first -> the second is refused', async () => {
    const stage = createTrustStage()
    const dock = await stage.open({ trust: trusting([ALICE]) })
    const first = await buildPlugin({ bytes: codeOf('1.0.0'), chunkLengths: 10 })
    expect(
      await stage.outcome(
        dock,
        stage.offer(first, (it) => signedBy(it, ALICE)),
      ),
    ).toBe('installed')
    await confirmActive(dock)
    const second = await buildPlugin({ bytes: codeOf('6.6.6'), chunkLengths: 10 })
    const { integrity } = first.manifest.bundle
    const url = stage.offer(second, (it) => signedBy({ ...it, bundle: { ...it.bundle, integrity } }, ALICE))
    stage.origin.forgetRequests()
    expect(await stage.outcome(dock, url)).toBe('manifest')
    expect((await stage.reached()).requests).toBe(0)
  })
})
