const DEVICE_NAMES = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$/i
const PROTOTYPE_NAMES = new Set(['__proto__', 'constructor', 'prototype'])
const MAX_DEPTH = 64

/** Why a plugin id must not become a file's name or an object's key; `undefined` where it may. */
export function unsafeNameReason(name: string): string | undefined {
  if (name.includes('..')) return 'has ".."'
  for (const segment of name.split('.')) {
    if (DEVICE_NAMES.test(segment)) return `"${segment}" is a device's name on Windows`
    if (PROTOTYPE_NAMES.has(segment)) return `"${segment}" is a name of JavaScript's own`
  }
  return undefined
}

/** Why a path inside a bundle is refused on every platform, whatever this one would allow; `undefined` where it is fine. */
export function unsafePathReason(path: string): string | undefined {
  if (path === '') return 'is empty'
  if (path.includes('\\')) return 'has a backslash'
  if (/^[a-zA-Z]:/.test(path)) return 'starts with a drive'
  if (hasControlCharacter(path)) return 'has a control character'
  if (!isWellFormed(path)) return 'has half a surrogate pair'
  const segments = path.split('/')
  if (segments.length > MAX_DEPTH) return `is deeper than ${MAX_DEPTH} folders`
  for (const segment of segments) {
    const reason = unsafeSegmentReason(segment)
    if (reason) return reason
  }
  return undefined
}

/**
 * What a path is called where case is folded and Unicode normalised: two that fold alike are one file on some disk. A
 * slash at the end counts for nothing. Upper case first: it brings together what has no lower case of its own, such as
 * the long s.
 */
export function foldedPath(path: string): string {
  const name = path.endsWith('/') ? path.slice(0, -1) : path
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC')
}

/** Why these paths cannot lie side by side on every disk, as the end of a sentence; `undefined` where they can. */
export function fileNameIssue(paths: readonly string[]): string | undefined {
  const files = new Map(paths.map((path) => [foldedPath(path), path]))
  for (const path of paths) {
    const folded = foldedPath(path)
    const twin = files.get(folded)
    if (twin !== undefined && twin !== path) return `"${path}" and "${twin}" are one name on some disks`
    for (let at = folded.indexOf('/'); at !== -1; at = folded.indexOf('/', at + 1)) {
      const folder = files.get(folded.slice(0, at))
      if (folder !== undefined) return `"${folder}" is a file, and "${path}" lies in it`
    }
  }
  return undefined
}

function unsafeSegmentReason(segment: string): string | undefined {
  if (segment === '') return 'is absolute or has an empty segment'
  if (segment === '.' || segment === '..') return `has "${segment}" as a segment`
  if (/[. ]$/.test(segment)) return 'has a segment that ends in a dot or a blank'
  if (PROTOTYPE_NAMES.has(segment)) return `"${segment}" is a name of JavaScript's own`
  if (DEVICE_NAMES.test(segment.split('.')[0] ?? '')) return `"${segment}" is a device's name on Windows`
  return undefined
}

function hasControlCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x20 || code === 0x7f) return true
  }
  return false
}

/** `String.prototype.isWellFormed` came with ES2024. */
function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text)
}
