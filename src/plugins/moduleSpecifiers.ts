/** What a specifier in a module asks for. */
export type SpecifierTarget =
  /** A file of the bundle, if it has it. */
  | { readonly kind: 'path'; readonly path: string }
  /** A name that the app has to give a meaning to. */
  | { readonly kind: 'bare'; readonly name: string }
  | { readonly kind: 'builtin'; readonly name: string }
  /** Bytes from elsewhere, which nobody has verified. */
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'invalid'; readonly reason: string }

/** Resolves as ES modules do, inside the bundle: no extension is guessed and no folder has an index. */
export function resolveSpecifier(specifier: string, importer: string): SpecifierTarget {
  if (/^\.{1,2}(\/|$)/.test(specifier)) return resolvePath(specifier, importer)
  if (specifier.startsWith('node:')) return { kind: 'builtin', name: specifier }
  if (/^([a-z][a-z0-9+.-]*:|\/)/i.test(specifier)) return { kind: 'url', url: specifier }
  if (specifier === '') return { kind: 'invalid', reason: 'is empty' }
  return { kind: 'bare', name: specifier }
}

function resolvePath(specifier: string, importer: string): SpecifierTarget {
  if (/[?#]/.test(specifier)) return { kind: 'invalid', reason: 'has a query or a fragment' }
  if (/\\|%2f|%5c/i.test(specifier)) return { kind: 'invalid', reason: 'has a backslash or an encoded slash' }
  const decoded = decode(specifier)
  if (decoded === undefined) return { kind: 'invalid', reason: 'has a percent sign that encodes nothing' }
  const path = joinPath(importer.split('/').slice(0, -1), decoded.split('/'))
  return path === undefined ? { kind: 'invalid', reason: 'leaves the bundle' } : { kind: 'path', path }
}

function joinPath(folder: readonly string[], steps: readonly string[]): string | undefined {
  const path = [...folder]
  for (const step of steps) {
    if (step === '.') continue
    if (step !== '..') path.push(step)
    else if (path.pop() === undefined) return undefined
  }
  return path.join('/')
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
