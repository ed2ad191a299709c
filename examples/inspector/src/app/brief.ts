const MOST_CHARACTERS = 300
const MOST_ITEMS = 20
const MOST_KEYS = 40
const MOST_LEVELS = 6

/** The same value as plain data of a bounded size: no bytes, no functions, no endless lists. */
export function brief(value: unknown, level = 0): unknown {
  switch (typeof value) {
    case 'string':
      return value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}… (${value.length} characters)` : value
    case 'function':
      return `‹function ${value.name}›`
    case 'bigint':
    case 'symbol':
      return String(value)
    case 'object':
      return value === null ? null : briefObject(value, level)
    default:
      return value
  }
}

function briefObject(value: object, level: number): unknown {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `‹${value.byteLength} bytes›`
  if (value instanceof Blob) return `‹${value.size} bytes›`
  if (value instanceof Map || value instanceof Set) return `‹${value.size} entries›`
  if (level >= MOST_LEVELS) return '…'
  if (Array.isArray(value)) return briefList(value, level)
  if (value instanceof Error) return briefEntries({ ...value, name: value.name, message: value.message }, level)
  // actors write themselves as their id
  if ('toJSON' in value && typeof value.toJSON === 'function') return brief(value.toJSON(), level + 1)
  return briefEntries(value, level)
}

function briefList(items: readonly unknown[], level: number): unknown {
  const shown = items.slice(0, MOST_ITEMS).map((item) => brief(item, level + 1))
  return items.length > MOST_ITEMS ? [...shown, `… ${items.length - MOST_ITEMS} more`] : shown
}

function briefEntries(value: object, level: number): unknown {
  const entries = Object.entries(value)
  const shown = entries.slice(0, MOST_KEYS).map(([key, item]) => [key, brief(item, level + 1)] as const)
  const rest = entries.length > MOST_KEYS ? [['…', `${entries.length - MOST_KEYS} more`] as const] : []
  return Object.fromEntries([...shown, ...rest])
}
