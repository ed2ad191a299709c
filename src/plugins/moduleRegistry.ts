import { toHex } from '../domain/bytes.js'

/** How published code finds its graph: modules can be handed nothing but text. The number is the format's. */
const REGISTRY_KEY = 'plugdock.modules.1'

/** What the code of one graph's modules may call. */
export interface GraphDoor {
  /** What the app gave for a bare specifier. */
  namespace(name: string): Readonly<Record<string, unknown>>
  /** Stands in for `import` in the module `importer`. */
  importFrom(importer: string, isComputed: boolean): (specifier: unknown) => Promise<unknown>
}

/** Makes `door` reachable, for as long as the page or process lives, under an id that nobody guesses. */
export function registerGraph(door: GraphDoor): string {
  const id = toHex(crypto.getRandomValues(new Uint8Array(16)))
  registry().set(id, door)
  return id
}

/** An expression that stands for `import` in the code of `importer`. */
export function importExpression(id: string, importer: string, isComputed: boolean): string {
  return `${doorExpression(id)}.importFrom(${JSON.stringify(importer)},${isComputed})`
}

/** A module that exports what the app's namespace has now. Later changes of its bindings are not seen. */
export function namespaceModule(id: string, name: string, exportNames: readonly string[]): string {
  const lines = exportNames.map((exported, at) => {
    const text = JSON.stringify(exported)
    return `const e${at} = shared[${text}]\nexport { e${at} as ${text} }`
  })
  return [`const shared = ${doorExpression(id)}.namespace(${JSON.stringify(name)})`, ...lines, ''].join('\n')
}

function doorExpression(id: string): string {
  return `globalThis[Symbol.for(${JSON.stringify(REGISTRY_KEY)})].get(${JSON.stringify(id)})`
}

function registry(): Map<string, GraphDoor> {
  const key = Symbol.for(REGISTRY_KEY)
  const known: unknown = Reflect.get(globalThis, key)
  // The key names this format, so what is there was put there by the lines below, perhaps in another copy of plugdock.
  if (known instanceof Map) return known as Map<string, GraphDoor>
  const made = new Map<string, GraphDoor>()
  Object.defineProperty(globalThis, key, { value: made })
  return made
}
