const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])
const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const COMMA = 0x2c

export interface JsonLimits {
  readonly maxBytes: number
  /** Objects and lists inside each other. */
  readonly maxDepth: number
}

/** What was read, or why it is refused, as the end of a sentence. */
export type JsonReading =
  | { readonly value: unknown; readonly issue?: undefined }
  | { readonly issue: string; readonly isWebPage?: true; readonly cause?: unknown }

/**
 * Reads JSON that has one meaning for every reader: plain UTF-8 without a byte order mark, no key twice in an object, and
 * none that JavaScript gives a meaning of its own. Size, depth and keys are checked before anything is built of it.
 */
export function readJson(source: Uint8Array, { maxBytes, maxDepth }: JsonLimits): JsonReading {
  if (source.length > maxBytes) return { issue: `is larger than ${maxBytes} bytes` }
  if (isMarkup(source)) {
    const issue = 'is a web page (HTML), not JSON: this network may want you to sign in first, or the URL is wrong'
    return { issue, isWebPage: true }
  }
  if (source[0] === 0xef && source[1] === 0xbb && source[2] === 0xbf)
    return { issue: 'begins with a byte order mark; save it as UTF-8 without one' }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(source)
  } catch (cause) {
    return { issue: 'is not UTF-8 text', cause }
  }
  const issue = new KeyScan(text, maxDepth).run()
  if (issue) return { issue }
  try {
    return { value: JSON.parse(text) as unknown }
  } catch (cause) {
    return { issue: 'is not valid JSON', cause }
  }
}

/** Whether bytes are those of a web page, in whatever encoding; no JSON begins so. */
export function isMarkup(source: Uint8Array): boolean {
  return /^(\xef\xbb\xbf)?\s*</.test(String.fromCharCode(...source.subarray(0, 256)))
}

/** The same faults in a value that was parsed elsewhere, as far as they are left in it. Never recursive. */
export function structureIssue(value: unknown, maxDepth: number): string | undefined {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }]
  for (let next = open.pop(); next; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue
    const depth = next.depth + 1
    if (depth > maxDepth) return tooDeep(maxDepth)
    for (const [key, child] of Object.entries(next.value)) {
      if (FORBIDDEN_KEYS.has(key)) return forbidden(key)
      open.push({ value: child, depth })
    }
  }
  return undefined
}

/**
 * Goes over a text as if it were JSON, which `JSON.parse` finds out afterwards. It holds the keys of the objects that are
 * open, and no more.
 */
class KeyScan {
  readonly #text: string
  readonly #maxDepth: number
  /** The keys of every open object so far; `undefined` for a list. */
  readonly #open: (Set<string> | undefined)[] = []
  #mayBeKey = false

  constructor(text: string, maxDepth: number) {
    this.#text = text
    this.#maxDepth = maxDepth
  }

  run(): string | undefined {
    for (let at = 0; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at)
      const end = code === QUOTE ? this.#endOfString(at) : at
      const issue = code === QUOTE ? this.#string(at, end) : this.#mark(code)
      if (issue) return issue
      at = end
    }
    return undefined
  }

  #string(start: number, end: number): string | undefined {
    return this.#mayBeKey ? this.#noteKey(this.#text.slice(start, end + 1)) : undefined
  }

  #mark(code: number): string | undefined {
    switch (code) {
      case OPEN_OBJECT:
      case OPEN_LIST:
        if (this.#open.length === this.#maxDepth) return tooDeep(this.#maxDepth)
        this.#enter(code === OPEN_OBJECT)
        return undefined
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        this.#open.pop()
        this.#mayBeKey = false
        return undefined
      case COMMA:
        this.#mayBeKey = this.#open.at(-1) !== undefined
        return undefined
      default:
        return undefined
    }
  }

  #enter(isObject: boolean): void {
    this.#open.push(isObject ? new Set() : undefined)
    this.#mayBeKey = isObject
  }

  #noteKey(quoted: string): string | undefined {
    this.#mayBeKey = false
    const keys = this.#open.at(-1)
    const key = unquoted(quoted)
    if (key === undefined) return 'is not valid JSON'
    if (FORBIDDEN_KEYS.has(key)) return forbidden(key)
    if (keys?.has(key)) return `has ${shown(key)} twice in one object`
    keys?.add(key)
    return undefined
  }

  /** Where the string that begins at `start` ends: its last quote, or the end of the text. */
  #endOfString(start: number): number {
    const text = this.#text
    for (let at = start + 1; ; at++) {
      at = text.indexOf('"', at)
      if (at === -1) return text.length
      let slashes = 0
      while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++
      if (slashes % 2 === 0) return at
    }
  }
}

function unquoted(quoted: string): string | undefined {
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  try {
    return JSON.parse(quoted) as string // a text in quotes is nothing else
  } catch {
    return undefined
  }
}

function tooDeep(maxDepth: number): string {
  return `is nested deeper than ${maxDepth} levels`
}

function forbidden(key: string): string {
  return `has the key "${key}", which is a name of JavaScript's own`
}

function shown(key: string): string {
  return JSON.stringify(key.length > 60 ? `${key.slice(0, 60)}...` : key)
}
