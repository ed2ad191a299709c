import type { PluginDockError, PluginDockErrorCode } from './errors/index.js'
import { asPluginDockError, toError } from './failure.js'

/** A {@link PluginDockError} as plain data, for another thread or page. */
export interface PortableError {
  readonly code: PluginDockErrorCode
  readonly message: string
  /** What the subclass adds, as `retryAfterMs`. */
  readonly fields: Readonly<Record<string, unknown>>
  /** Only its text crosses. */
  readonly cause?: string
}

const COMMON = new Set(['name', 'code', 'message', 'stack', 'cause'])

export function toPortable(error: unknown): PortableError {
  const known = asPluginDockError(error)
  const fields = Object.fromEntries(Object.entries(known).filter(([name]) => !COMMON.has(name)))
  const { code, message, cause } = known
  return { code, message, fields, ...(cause === undefined ? {} : { cause: textOf(cause) }) }
}

export function fromPortable({ code, message, fields, cause }: PortableError): PluginDockError {
  const error = Object.assign(toError({ code, message, retryable: false, attempt: 1 }), fields)
  if (cause !== undefined) Object.defineProperty(error, 'cause', { value: new Error(cause), configurable: true })
  return error
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
}
