/**
 * Runs in a process of its own, from a file in the app's folder: imports what its argument names, then prints as JSON,
 * after a NUL, `changes`, what that added to or took from the world, and `resources`, what would keep the process alive.
 */
// Node makes many globals at their first use, and to look at them is that use.
worldText()
const before = new Set(worldText())
await import(process.argv[2])
const after = new Set(worldText())
const changes = [...[...after].filter((it) => !before.has(it)), ...[...before].filter((it) => !after.has(it))]
await new Promise((resolve) => setImmediate(resolve))
const resources = process.getActiveResourcesInfo().filter((it) => !['PipeWrap', 'TTYWrap', 'Immediate'].includes(it))
process.stdout.write(`\0${JSON.stringify({ changes, resources })}`)

/** What of the process is seen from everywhere. */
function worldText() {
  const makers = { Object, Function, Array, Promise, Symbol, Map, Set, Error, Uint8Array, ReadableStream, AbortSignal }
  const holders = Object.entries(makers).flatMap(([name, maker]) => [
    [name, maker],
    [`${name}.prototype`, maker.prototype],
  ])
  const values = [['globalThis', globalThis], ...holders].flatMap(([name, holder]) => valuesOf(name, holder))
  return [...values, ...process.eventNames().map((name) => `process.on ${String(name)} ${process.listenerCount(name)}`)]
}

function valuesOf(name, holder) {
  return Reflect.ownKeys(holder).map((key) => `${name}.${String(key)} ${identityOf(holder, key)}`)
}

function identityOf(holder, key) {
  try {
    const value = holder[key]
    return typeof value === 'function' ? `${value.name} ${String(value).length}` : typeof value
  } catch {
    return 'cannot be read'
  }
}
