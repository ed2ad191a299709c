const LOOPBACK_HOST = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * Whether downloads may come from `url`. Without a list: any https origin, and http on loopback. With one: exactly
 * its origins. Never a URL that carries a user's name or password, or that is not http at all.
 */
export function isAllowedOrigin(url: URL, allowedOrigins?: readonly string[]): boolean {
  if (url.username !== '' || url.password !== '') return false
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return false
  if (allowedOrigins) return allowedOrigins.some((origin) => originOf(origin) === url.origin)
  return url.protocol === 'https:' || LOOPBACK_HOST.test(url.hostname)
}

/** Also of an origin that somebody wrote with a path or a slash at its end. */
function originOf(text: string): string | undefined {
  return URL.canParse(text) ? new URL(text).origin : undefined
}

/** So many origins are known by one string each. */
const MAX_SHARED = 64
const shared = new Map<string, string>()

/** The same origin, as the string that all share who come from there: thousands of downloads come from a few. */
export function sharedOrigin(origin: string): string {
  const known = shared.get(origin)
  if (known === undefined && shared.size < MAX_SHARED) shared.set(origin, origin)
  return known ?? origin
}
