import { expect, it } from 'vitest'
import { commands } from 'vitest/browser'
import { createKyFetcher } from '../../src/adapters/kyFetcher.js'
import { createSystemClock } from '../../src/adapters/systemClock.js'
import { describeFetcherContract, FETCHED_BYTES, readAll, requestFor } from '../contracts/fetcherContract.js'

describeFetcherContract("kyFetcher over the browser's fetch", async () => {
  const origin = await commands.openOrigin()
  await commands.putFile(origin, '/file.bin', [...FETCHED_BYTES], '"v1"')
  return {
    fetcher: createKyFetcher({ clock: createSystemClock(), redirects: 'follow' }),
    url: `${origin}/file.bin`,
    missingUrl: `${origin}/missing.bin`,
    // of another origin: CORS may hide that the body is compressed
    hidesLengths: true,
    dispose: () => commands.closeOrigin(origin),
  }
})

it('H46 a redirect to another origin -> no header of the app comes along, in the browser either', async () => {
  const [from, to] = [await commands.openOrigin(), await commands.openOrigin()]
  await commands.putFile(to, '/file.bin', [1, 2, 3], '"v1"')
  await commands.scriptFaults(from, '/old', [
    ['redirect', `${to}/file.bin`],
    ['redirect', `${to}/file.bin`],
  ])
  const headers = () => ({ 'x-api-key': '1', authorization: 'Bearer 1' })
  const fetcher = createKyFetcher({ clock: createSystemClock(), redirects: 'follow', headers })
  const answer = await fetcher.open(requestFor(`${from}/old`, { range: { offset: 1 } }))
  expect([...(await readAll(answer.body))]).toEqual([2, 3])
  const [first] = await commands.requestsOf(from, '/old')
  expect(first?.headers).toMatchObject({ 'x-api-key': '1', authorization: 'Bearer 1' })
  const [arrived] = await commands.requestsOf(to, '/file.bin')
  expect(arrived).toMatchObject({ range: 'bytes=1-' })
  expect(arrived?.headers).not.toHaveProperty('x-api-key')
  expect(arrived?.headers).not.toHaveProperty('authorization')
  await commands.closeOrigin(from)
  await commands.closeOrigin(to)
})
