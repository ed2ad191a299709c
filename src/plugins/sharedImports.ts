import { UnsupportedError } from '../domain/errors/index.js'

/** Asked once for each name that a plugin imports. */
export type ImportProviders = Readonly<Record<string, () => Promise<unknown>>>

/** What the app gave for a name, as a module's exports. */
export type Namespace = Readonly<Record<string, unknown>>

/** Asks the app for what `name` means; rejects with `UnsupportedError` where its own code fails. */
export async function provideNamespace(providers: ImportProviders, name: string): Promise<Namespace> {
  try {
    return toNamespace(await providers[name]?.())
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UnsupportedError(`options.imports[${JSON.stringify(name)}] failed: ${reason}`, { cause })
  }
}

/** Names that a module may export: `then` and reserved words included, halves of surrogate pairs not. */
export function exportNames(namespace: Namespace): string[] {
  return Object.keys(namespace).filter((name) => !/\p{Surrogate}/u.test(name))
}

/** What is no ES module's namespace (a function, a CommonJS module's exports) is the default export as well. */
function toNamespace(value: unknown): Namespace {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function'
  if (!isObject) return { default: value }
  // An object's keys are all that is asked of it.
  const exports = value as Namespace
  if ('default' in exports || Reflect.get(exports, Symbol.toStringTag) === 'Module') return exports
  return { ...exports, default: value }
}
