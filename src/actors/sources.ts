import { ManifestError, UntrustedOriginError } from '../domain/errors/index.js'
import { isAllowedOrigin } from '../domain/origins.js'

export interface SourceRules {
  /** `undefined`: any https origin, and http on loopback. */
  readonly allowedOrigins: readonly string[] | undefined
  /** Whether `file:` URLs may be read: only where a person typed them. */
  readonly localFiles: boolean
}

const RELATIVE = /^\.{0,2}\//

/** A source as one URL: what begins with `/`, `./` or `../` is relative to `baseUrl`, where there is one. */
export function absoluteSource(source: string, baseUrl: string | undefined): string {
  const isRelative = baseUrl !== undefined && RELATIVE.test(source) && URL.canParse(source, baseUrl)
  return isRelative ? new URL(source, baseUrl).href : source
}

/** The URL of a manifest. Throws `ManifestError` for what is none, `UntrustedOriginError` for one that is not allowed. */
export function manifestUrl(source: string, { allowedOrigins, localFiles }: SourceRules): URL {
  if (!URL.canParse(source)) {
    const issue = `"${source.slice(0, 200)}" is no URL`
    throw new ManifestError(`Cannot download: ${issue}`, { issues: [issue] })
  }
  const url = new URL(source)
  if (localFiles && url.protocol === 'file:') return url
  if (!isAllowedOrigin(url, allowedOrigins)) throw untrusted(url)
  return url
}

function untrusted(url: URL): UntrustedOriginError {
  const from = url.origin === 'null' ? `${url.protocol} URLs` : url.origin
  const why = url.protocol === 'http:' ? '; use https, or name the origin in allowedOrigins' : ''
  return new UntrustedOriginError(`Downloads are not allowed from ${from}${why}`, { url: url.href })
}
