import { describe, expect, it } from 'vitest'
import type { KeyList } from '../../../src/domain/keyList.js'
import type { SignedKeyList } from '../../../src/domain/keyState.js'
import { generateSigningKey, type SigningKey, signKeyList } from '../../../src/publish/index.js'
import { buildPlugin, stall, status } from '../../../src/testing/index.js'
import { confirmActive, loadedVersion } from '../dock/versionStage.js'
import { ALICE, BOB, createTrustStage, ID, MALLORY, signedBy, type TrustStage, trusting } from './trustStage.js'

const PATH = '/keys.json'
const CAROL = generateSigningKey()
const pems = (keys: readonly SigningKey[]): string[] => keys.map(({ privateKeyPem }) => privateKeyPem)

/** A list with `version` and the keys of `owners`, signed by `signers`. */
function listOf(
  version: number,
  owners: readonly SigningKey[],
  signers: readonly SigningKey[],
  more: Partial<KeyList> = {},
): SignedKeyList {
  const keys = owners.map(({ trustedKey }) => trustedKey)
  return signKeyList({ keyListVersion: 1, version, keys, ...more }, pems(signers))
}

/** From Alice's key to Bob's. */
const HANDED_OVER = listOf(1, [BOB], [ALICE, BOB])

async function openWith(stage: TrustStage, lists?: SignedKeyList | readonly SignedKeyList[]) {
  if (lists) stage.origin.put(PATH, JSON.stringify(lists))
  const trust = trusting([ALICE], { keyList: stage.origin.urlOf(PATH) })
  return { trust, dock: await stage.open({ trust }) }
}

describe('a signed list of keys takes the place of the keys before it', () => {
  it('handed over to another -> his signature is good, the former one is not', async () => {
    const stage = createTrustStage()
    const { dock } = await openWith(stage, HANDED_OVER)
    expect(await stage.outcome(dock, await stage.offerSigned({ id: 'acme.a' }, [ALICE]))).toBe('signature: unknown-key')
    expect(await stage.outcome(dock, await stage.offerSigned({ id: 'acme.b' }, [BOB]))).toBe('installed')
  })

  it('after a restart, and the list out of reach -> as before', async () => {
    const stage = createTrustStage()
    const { dock, trust } = await openWith(stage, HANDED_OVER)
    expect(await stage.outcome(dock, await stage.offerSigned({ id: 'acme.b' }, [BOB]))).toBe('installed')
    stage.origin.remove(PATH)
    const next = await stage.crashAndOpen({ trust })
    expect(await stage.outcome(next, await stage.offerSigned({ id: 'acme.a' }, [ALICE]))).toBe('signature: unknown-key')
    expect(await stage.outcome(next, await stage.offerSigned({ id: 'acme.c' }, [BOB]))).toBe('installed')
  })

  it('there is none yet, or its server fails -> the keys of the app', async () => {
    const stage = createTrustStage()
    const { dock } = await openWith(stage)
    expect(await stage.outcome(dock, await stage.offerSigned({ id: 'acme.a' }, [ALICE]))).toBe('installed')
    await stage.clock.advance(61_000)
    stage.origin.script(PATH, status(500))
    expect(await stage.outcome(dock, await stage.offerSigned({ id: 'acme.b' }, [ALICE]))).toBe('installed')
  })

  it('several steps missed -> all are followed, in whatever order they stand', async () => {
    const stage = createTrustStage()
    const { dock } = await openWith(stage, [listOf(2, [CAROL], [BOB, CAROL]), HANDED_OVER])
    expect(await stage.outcome(dock, await stage.offerSigned({}, [CAROL]))).toBe('installed')
  })

  it('many downloads at once -> it is asked for once', async () => {
    const stage = createTrustStage()
    const { dock } = await openWith(stage, HANDED_OVER)
    const urls = await Promise.all(['acme.a', 'acme.b', 'acme.c'].map((id) => stage.offerSigned({ id }, [BOB])))
    expect(await Promise.all(urls.map((url) => stage.outcome(dock, url)))).toEqual(Array(3).fill('installed'))
    expect(stage.origin.requests.filter(({ path }) => path === PATH)).toHaveLength(1)
  })
})

describe('a list of keys that nobody may follow is refused, and so is what it would let in', () => {
  it.each([
    ['signed by its own keys alone', listOf(1, [MALLORY], [MALLORY]), /not signed by the keys before it/],
    ['not signed by its own keys', listOf(1, [MALLORY], [ALICE]), /not signed by its own keys/],
    ['signed by too few of its own', listOf(1, [BOB, CAROL], [ALICE, BOB], { threshold: 2 }), /1 of the 2/],
    ['not signed', { ...HANDED_OVER, signatures: [] }, /no signature/],
    [
      'a manifest in its place',
      { ...HANDED_OVER, payloadType: 'application/vnd.plugdock.manifest+json' },
      /payloadType/,
    ],
  ])('%s -> signature', async (_, list, words) => {
    const stage = createTrustStage()
    const { dock } = await openWith(stage, list as SignedKeyList)
    const task = await dock.downloads.startDownload(await stage.offerSigned({}, [MALLORY]))
    await expect(task.finished).rejects.toThrow(words)
    await expect(task.finished).rejects.toMatchObject({ code: 'signature' })
    expect(await stage.reached()).toEqual({ stored: 0, requests: 0 })
  })

  it.each([
    ['an older one than was seen', (it: SignedKeyList) => it, /is at version 1, and version 2 was seen before/],
    ['another one with the same number', () => listOf(2, [ALICE], [BOB, ALICE]), /another one than was seen before/],
  ])('%s -> signature, also after a restart', async (_, change, words) => {
    const stage = createTrustStage()
    const { dock, trust } = await openWith(stage, [HANDED_OVER, listOf(2, [CAROL], [BOB, CAROL])])
    expect(await stage.outcome(dock, await stage.offerSigned({ id: 'acme.a' }, [CAROL]))).toBe('installed')
    stage.origin.put(PATH, JSON.stringify(change(HANDED_OVER)))
    const next = await stage.crashAndOpen({ trust })
    const task = await next.downloads.startDownload(await stage.offerSigned({ id: 'acme.b' }, [BOB]))
    await expect(task.finished).rejects.toThrow(words)
  })

  it('expired, and there is no newer one -> nothing is installed, what is installed runs', async () => {
    const stage = createTrustStage()
    const expires = new Date(stage.clock.now() + 3_600_000).toISOString()
    const { dock } = await openWith(stage, listOf(1, [BOB], [ALICE, BOB], { expires }))
    expect(await stage.outcome(dock, await stage.offerSigned({ version: '1.0.0' }, [BOB]))).toBe('installed')
    await stage.clock.advance(3_600_000)
    expect(await stage.outcome(dock, await stage.offerSigned({ version: '1.1.0' }, [BOB]))).toBe('expired')
    expect(await loadedVersion(dock)).toBe('1.0.0')
    stage.origin.put(PATH, JSON.stringify(listOf(2, [BOB], [BOB])))
    await stage.clock.advance(61_000)
    expect(await stage.outcome(dock, await stage.offerSigned({ version: '1.2.0' }, [BOB]))).toBe('installed')
  })

  it('the app comes with keys of its own that are others -> from those, and never below what was seen', async () => {
    const stage = createTrustStage()
    const { dock } = await openWith(stage, HANDED_OVER)
    expect(await stage.outcome(dock, await stage.offerSigned({ id: 'acme.a' }, [BOB]))).toBe('installed')
    const trust = trusting([CAROL], { keyList: stage.origin.urlOf(PATH) })
    const next = await stage.crashAndOpen({ trust })
    expect(await stage.outcome(next, await stage.offerSigned({ id: 'acme.b' }, [BOB]))).toBe('signature: key-list')
    stage.origin.put(PATH, JSON.stringify(listOf(2, [CAROL], [CAROL])))
    expect(await stage.outcome(next, await stage.offerSigned({ id: 'acme.c' }, [CAROL]))).toBe('installed')
  })
})

describe('M9 a stolen key has signed a version that nothing comes after', () => {
  it('M9 999999.0.0 is installed and works -> a list of a later epoch lifts the floor, and the right one installs', async () => {
    const stage = createTrustStage()
    const { dock, trust } = await openWith(stage)
    expect(await stage.outcome(dock, await stage.offerSigned({ version: '999999.0.0' }, [ALICE]))).toBe('installed')
    await confirmActive(dock)
    const rescue = await stage.offerSigned({ version: '2.0.1' }, [BOB])
    stage.origin.put(PATH, JSON.stringify(HANDED_OVER))
    const next = await stage.crashAndOpen({ trust })
    expect(await stage.outcome(next, rescue)).toBe('downgrade')
    stage.origin.put(PATH, JSON.stringify([HANDED_OVER, listOf(2, [BOB], [BOB], { epoch: 1 })]))
    await stage.clock.advance(61_000)
    expect(await stage.outcome(next, rescue)).toBe('installed')
    await confirmActive(next)
    // from here on the floor is what it always was
    expect(await stage.outcome(next, await stage.offerSigned({ version: '2.0.0' }, [BOB]))).toBe('downgrade')
  })

  it.each([2 ** 31, 2 ** 53, 1.5, 0, -1])('M9 a list with the number %d -> refused', (version) => {
    expect(() => listOf(version, [BOB], [ALICE])).toThrow(/"version" is no whole number/)
  })

  it.each([`${2 ** 53}.0.0`, `${'9'.repeat(60)}.0.0`])(
    'M9 the version %s -> compared as it is written',
    async (version) => {
      const stage = createTrustStage()
      const { dock } = await openWith(stage)
      expect(await stage.outcome(dock, await stage.offerSigned({ version }, [ALICE]))).toBe('installed')
      await confirmActive(dock)
      expect(await stage.outcome(dock, await stage.offerSigned({ version: '999999.0.0' }, [ALICE]))).toBe('downgrade')
    },
  )
})

describe('M17 the keys are changed while a download is on its way', () => {
  async function midway() {
    const stage = createTrustStage()
    const { dock, trust } = await openWith(stage)
    const plugin = await buildPlugin({ size: 200_000 })
    const url = stage.offer(plugin, (it) => signedBy(it, ALICE))
    stage.origin.script(`/${ID}/1.0.0/${plugin.manifest.bundle.urls[0]}`, stall(140_000))
    const stalled = stage.origin.next('stall')
    const task = await dock.downloads.startDownload(url)
    await stalled
    await dock.downloads.pauseDownload(task.id)
    stage.origin.put(PATH, JSON.stringify(HANDED_OVER))
    await stage.clock.advance(61_000)
    // the next check of any plugin uses the new keys
    expect(await stage.outcome(dock, await stage.offerSigned({ id: 'acme.b' }, [BOB]))).toBe('installed')
    return { stage, dock, trust, plugin, task }
  }

  it('M17 -> what the former key has signed is not installed any more', async () => {
    const { dock, task } = await midway()
    await dock.downloads.resumeDownload(task.id)
    await expect(task.finished).rejects.toMatchObject({ code: 'signature', reason: 'unknown-key' })
  })

  it('M17 signed anew by the new key -> the same task goes on, with the bytes that it has', async () => {
    const { stage, dock, plugin, task } = await midway()
    await dock.downloads.resumeDownload(task.id)
    await task.finished.catch(() => {})
    stage.offer(plugin, (it) => signedBy(it, BOB))
    stage.origin.forgetRequests()
    await dock.downloads.retryDownload(task.id)
    expect(await dock.downloads.getTask(task.id)?.finished).toMatchObject({ version: '1.0.0' })
    expect(stage.origin.bytesSent(`/${ID}/1.0.0/${plugin.manifest.bundle.urls[0]}`)).toBeLessThan(100_000)
  })
})
