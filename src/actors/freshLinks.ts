import { UntrustedOriginError } from '../domain/errors/index.js'
import { isAllowedOrigin } from '../domain/origins.js'
import { withinTime } from '../domain/timeLimit.js'
import type { Clock } from '../ports/clock.js'
import type { TransferWatch } from '../ports/transferEngine.js'
import type { SourceRules } from './sources.js'

/** The app's own: a link in place of one that was answered with `status`. `url` is the one that the manifest names. */
export type ResolveUrl = (context: {
  readonly pluginId: string
  readonly version: string
  readonly url: URL
  readonly status: number
}) => Promise<string | URL>

/** What of a dock's state the asking needs. The app is given as long as a server is for its headers. */
interface LinkGiver {
  readonly resolveUrl: ResolveUrl | undefined
  readonly sources: SourceRules
  readonly timeouts: { readonly headersMs: number }
  readonly host: { readonly clock: Clock }
}

/** Asks the app for fresh links to one bundle. Rejects with `UntrustedOriginError` for one that is not allowed. */
export function freshLinks(
  { resolveUrl, sources: { allowedOrigins }, timeouts: { headersMs }, host: { clock } }: LinkGiver,
  { pluginId, version }: { readonly pluginId: string; readonly version: string },
): TransferWatch['refreshUrl'] {
  return async (text, status) => {
    if (!resolveUrl) return undefined
    const asked = resolveUrl({ pluginId, version, url: new URL(text), status })
    // an app that never answers would hold a download for ever
    const onLate = () => new Error(`the app did not answer for ${headersMs / 1000} s`)
    const fresh = await withinTime(asked, { timers: clock, limitMs: headersMs, onLate })
    const url = new URL(fresh, text)
    if (isAllowedOrigin(url, allowedOrigins)) return url.href
    throw new UntrustedOriginError(`A fresh link leads to ${url.origin}, and downloads are not allowed from there`, {
      url: url.href,
    })
  }
}
