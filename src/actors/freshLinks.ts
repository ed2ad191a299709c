import { UntrustedOriginError } from '../domain/errors/index.js'
import { isAllowedOrigin } from '../domain/origins.js'
import type { TransferWatch } from '../ports/transferEngine.js'
import type { SourceRules } from './sources.js'

/** The app's own: a link in place of one that was answered with `status`. `url` is the one that the manifest names. */
export type ResolveUrl = (context: {
  readonly pluginId: string
  readonly version: string
  readonly url: URL
  readonly status: number
}) => Promise<string | URL>

/** Asks the app for fresh links to one bundle. Rejects with `UntrustedOriginError` for one that is not allowed. */
export function freshLinks(
  resolveUrl: ResolveUrl | undefined,
  { allowedOrigins }: SourceRules,
  { pluginId, version }: { readonly pluginId: string; readonly version: string },
): TransferWatch['refreshUrl'] {
  return async (text, status) => {
    const fresh = await resolveUrl?.({ pluginId, version, url: new URL(text), status })
    if (fresh === undefined) return undefined
    const url = new URL(fresh, text)
    if (isAllowedOrigin(url, allowedOrigins)) return url.href
    throw new UntrustedOriginError(`A fresh link leads to ${url.origin}, and downloads are not allowed from there`, {
      url: url.href,
    })
  }
}
