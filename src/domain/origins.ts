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
