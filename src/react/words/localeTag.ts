/**
 * A locale that Intl takes: `navigator.language` is `en-US@posix` in a Chromium whose system speaks none, and Intl throws
 * a RangeError at that. What stands before the first character that no tag has is taken; English where that is none.
 */
export function localeTag(given: string): string {
  const [tag = ''] = given.replaceAll('_', '-').split(/[^A-Za-z0-9-]/, 1)
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? 'en'
  } catch {
    return 'en'
  }
}
