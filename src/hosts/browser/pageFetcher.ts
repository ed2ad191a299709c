import type { KyFetcherOptions } from '../../adapters/kyFetcher.js'
import { codeOverNetwork, laterPart } from '../../domain/laterPart.js'
import { untilAborted } from '../../domain/timeLimit.js'
import type { Fetcher } from '../../ports/fetcher.js'

const asking = laterPart('downloading', () => import('../../adapters/kyFetcher.js'))

/** The page's fetcher, of which the code is loaded when it is asked for something. */
export function createPageFetcher(options: KyFetcherOptions): Fetcher {
  const host = codeOverNetwork(options.clock)
  let made: Fetcher | undefined
  return {
    async open(request) {
      const { createKyFetcher } = await untilAborted(asking.load(host), request.signal)
      made ??= createKyFetcher(options)
      return made.open(request)
    },
    prepare: () => void asking.load(host).catch(() => {}),
  }
}
