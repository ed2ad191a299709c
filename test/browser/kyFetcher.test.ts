import { commands } from 'vitest/browser'
import { createKyFetcher } from '../../src/adapters/kyFetcher.js'
import { createSystemClock } from '../../src/adapters/systemClock.js'
import { describeFetcherContract, FETCHED_BYTES } from '../contracts/fetcherContract.js'

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
