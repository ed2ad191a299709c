/** A file of an installed version, as a URL under the service worker's scope names it. */
export interface ServedFile {
  readonly pluginId: string
  /** The bundle's. */
  readonly address: string
  /** Inside the bundle. */
  readonly path: string
}

/** What a URL of one dock asks for: a file, whether anybody answers here, or nothing that could exist. */
export type ServedTarget =
  | { readonly kind: 'file'; readonly file: ServedFile }
  | { readonly kind: 'hello' }
  | { readonly kind: 'nothing' }

/** Answered by a service worker that serves the dock's files. */
export const HELLO_HEADER = 'x-plugdock'

/** Where the dock `name` is asked whether anybody serves it; its files lie below. */
export function servedRoot(scope: string, name: string): string {
  return new URL(`plugdock/${name}/`, scope).href
}

/**
 * Encoded as browsers encode the relative specifiers of modules, so that a file has one URL however it is come by.
 * `scope` is the service worker's.
 */
export function servedUrl(scope: string, name: string, { pluginId, address, path }: ServedFile): string {
  const escaped = path.replace(/[%?#\\]/g, (character) => encodeURIComponent(character))
  return new URL(`${servedRoot(scope, name)}${pluginId}/${address}/${escaped}`).href
}

/** `undefined` for a URL that is no business of this dock's. Query and fragment count for nothing. */
export function readServedUrl(scope: string, name: string, url: string): ServedTarget | undefined {
  const root = new URL(servedRoot(scope, name))
  const { origin, pathname } = new URL(url)
  if (origin !== root.origin || !pathname.startsWith(root.pathname)) return undefined
  const rest = pathname.slice(root.pathname.length)
  if (rest === '') return { kind: 'hello' }
  const file = readFile(rest.split('/').map(decodeSegment))
  return file ? { kind: 'file', file } : { kind: 'nothing' }
}

function readFile(segments: readonly (string | undefined)[]): ServedFile | undefined {
  const [pluginId, address, ...path] = segments.filter((segment) => segment !== undefined)
  const isWhole = path.length === segments.length - 2 && path.every((segment) => segment !== '')
  if (!pluginId || !address || path.length === 0 || !isWhole) return undefined
  return { pluginId, address, path: path.join('/') }
}

/** `undefined` for a segment that decodes to what no file's name holds. */
function decodeSegment(segment: string): string | undefined {
  try {
    const decoded = decodeURIComponent(segment)
    return /[/\\]/.test(decoded) || decoded === '.' || decoded === '..' ? undefined : decoded
  } catch {
    return undefined
  }
}
