import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createKyFetcher, type KyFetcherOptions } from '../../../src/adapters/kyFetcher.js'
import { createSystemClock } from '../../../src/adapters/systemClock.js'
import { header, redirect } from '../../../src/testing/faults.js'
import { createScriptedOrigin, type ScriptedOrigin } from '../../../src/testing/scriptedOrigin.js'
import { describeFetcherContract, FETCHED_BYTES, readAll, requestFor } from '../../contracts/fetcherContract.js'
import { describeHttpFetcherContract } from '../../contracts/httpFetcherContract.js'

function fetcherWith(options: Partial<KyFetcherOptions> = {}) {
  return createKyFetcher({ clock: createSystemClock(), redirects: 'manual', ...options })
}

describeHttpFetcherContract('kyFetcher', (options) => createKyFetcher({ ...options, redirects: 'manual' }))
describeFetcherContract('kyFetcher that lets fetch follow redirects', async () => {
  const origin = createScriptedOrigin()
  const { url, close } = await origin.listen()
  origin.put('/file.bin', FETCHED_BYTES)
  const fetcher = fetcherWith({ redirects: 'follow' })
  return { fetcher, url: `${url}/file.bin`, missingUrl: `${url}/missing`, dispose: close }
})

describe('kyFetcher on a socket', () => {
  const closers: (() => Promise<void>)[] = []
  let origin: ScriptedOrigin
  let url: string

  const listen = async (other: ScriptedOrigin): Promise<string> => {
    const listening = await other.listen()
    closers.push(listening.close)
    return listening.url
  }
  beforeEach(async () => {
    origin = createScriptedOrigin()
    origin.put('/file.bin', FETCHED_BYTES)
    url = await listen(origin)
  })
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })

  it('fetch follows by itself, to an origin that is not allowed -> untrusted-origin', async () => {
    const other = createScriptedOrigin()
    other.put('/file.bin', FETCHED_BYTES)
    const otherUrl = await listen(other)
    origin.script('/file.bin', redirect(`${otherUrl}/file.bin`))
    const opening = fetcherWith({ redirects: 'follow', isAllowed: (asked) => asked.origin === url }).open(
      requestFor(`${url}/file.bin`),
    )
    await expect(opening).rejects.toMatchObject({ code: 'untrusted-origin', url: `${otherUrl}/file.bin` })
  })

  it('H25 a compressed answer to a request without range -> the decoded bytes', async () => {
    origin.put('/manifest.json', { bytes: gzipSync('{}'), contentType: 'application/json' })
    origin.script('/manifest.json', header('Content-Encoding', 'gzip'))
    const { body } = await fetcherWith().open(requestFor(`${url}/manifest.json`))
    expect(new TextDecoder().decode(await readAll(body))).toBe('{}')
  })
})
