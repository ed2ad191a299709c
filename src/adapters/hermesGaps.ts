/**
 * Adds to the globals what React Native's `AbortController` lacks of the standard, and plugdock relies on: the reason of
 * an abort, and `throwIfAborted`. What is there stays as it is; called again it does nothing.
 */
export function fillHermesGaps(scope: Pick<typeof globalThis, 'AbortController' | 'AbortSignal'> = globalThis): void {
  const { AbortController: Controller, AbortSignal: Signal } = scope
  if (!keepsReason(Controller)) keepReason(Controller.prototype)
  if (typeof Signal.prototype.throwIfAborted !== 'function') define(Signal.prototype, 'throwIfAborted', throwIfAborted)
  if (typeof Signal.any !== 'function')
    define(Signal, 'any', (signals: readonly AbortSignal[]) => any(Controller, signals))
}

function keepsReason(Controller: typeof AbortController): boolean {
  const controller = new Controller()
  const reason = {}
  controller.abort(reason)
  return controller.signal.reason === reason
}

function keepReason(prototype: AbortController): void {
  const { abort } = prototype
  define(prototype, 'abort', function (this: AbortController, reason: unknown = abortError()): void {
    if (!this.signal.aborted) define(this.signal, 'reason', reason)
    abort.call(this)
  })
}

function throwIfAborted(this: AbortSignal): void {
  if (this.aborted) throw this.reason
}

function any(Controller: typeof AbortController, signals: readonly AbortSignal[]): AbortSignal {
  const controller = new Controller()
  const aborted = signals.find((signal) => signal.aborted)
  if (aborted) controller.abort(aborted.reason)
  else
    for (const signal of signals)
      signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true })
  return controller.signal
}

function abortError(): Error {
  return Object.assign(new Error('This operation was aborted'), { name: 'AbortError' })
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true })
}
