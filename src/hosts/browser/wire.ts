import { ClosedError, type PluginDockError } from '../../domain/errors/index.js'
import { fromPortable, type PortableError, toPortable } from '../../domain/portableError.js'

/** The other thread, as a worker or a worker's global scope shows it. */
export interface Endpoint {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
}

/** What one side serves: plain data in and out. Byte arrays at the top level are given away, not copied. */
// biome-ignore lint/suspicious/noExplicitAny: parameters of any function, so that a call's own types decide
export type Calls = Record<string, (...args: any[]) => unknown>

/** The functions of `T`, as the other side sees them. */
export interface Wire<T extends { [K in keyof T]: Calls[string] }> {
  /** Settles with the answer; rejects with the same `PluginDockError` that was thrown there. */
  call<K extends keyof T & string>(name: K, ...args: Parameters<T[K]>): Promise<Awaited<ReturnType<T[K]>>>
  /** Nobody answers. What is told before a call, or its answer, arrives before it. */
  tell<K extends keyof T & string>(name: K, ...args: Parameters<T[K]>): void
  /** Every call under way, and every later one, rejects with `reason`. */
  cut(reason: PluginDockError): void
}

type Message =
  | { readonly kind: 'call'; readonly id: number | undefined; readonly name: string; readonly args: readonly unknown[] }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: PortableError }

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: PluginDockError) => void
}

/** Serves `own` to the other side and hands out what that one serves. */
export function openWire<Theirs extends { [K in keyof Theirs]: Calls[string] }>(
  endpoint: Endpoint,
  own: object,
): Wire<Theirs> {
  const wire = new OpenWire(endpoint, own as Calls) // reason: its names are looked up, and missing ones refused
  return wire as unknown as Wire<Theirs> // reason: the other side was built with the same protocol
}

class OpenWire {
  readonly #endpoint: Endpoint
  readonly #own: Calls
  readonly #waiting = new Map<number, Waiting>()
  #calls = 0
  #cutBy: PluginDockError | undefined

  constructor(endpoint: Endpoint, own: Calls) {
    this.#endpoint = endpoint
    this.#own = own
    endpoint.addEventListener('message', ({ data }) => void this.#receive(data as Message)) // reason: only a wire writes here
  }

  call(name: string, ...args: unknown[]): Promise<unknown> {
    if (this.#cutBy) return Promise.reject(this.#cutBy)
    this.#calls++
    const id = this.#calls
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#post({ kind: 'call', id, name, args }, args)
    })
  }

  tell(name: string, ...args: unknown[]): void {
    if (!this.#cutBy) this.#post({ kind: 'call', id: undefined, name, args }, args)
  }

  cut(reason: PluginDockError): void {
    this.#cutBy ??= reason
    for (const { reject } of this.#waiting.values()) reject(this.#cutBy)
    this.#waiting.clear()
  }

  async #receive(message: Message): Promise<void> {
    switch (message.kind) {
      case 'call':
        return this.#serve(message)
      case 'answer':
        this.#take(message.id)?.resolve(message.value)
        return
      case 'failure':
        this.#take(message.id)?.reject(fromPortable(message.error))
    }
  }

  async #serve({ id, name, args }: Extract<Message, { kind: 'call' }>): Promise<void> {
    try {
      const value = await this.#find(name)(...args)
      if (id !== undefined) this.#post({ kind: 'answer', id, value }, [value])
    } catch (error) {
      if (id !== undefined) this.#post({ kind: 'failure', id, error: toPortable(error) }, [])
    }
  }

  #find(name: string): Calls[string] {
    const found = Object.hasOwn(this.#own, name) ? this.#own[name] : undefined
    if (found) return found
    throw new ClosedError(`Nobody serves ${name} here`)
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    return waiting
  }

  #post(message: Message, values: readonly unknown[]): void {
    const given = values.filter((value) => value instanceof Uint8Array).map(({ buffer }) => buffer)
    this.#endpoint.postMessage(message, given as ArrayBuffer[]) // reason: stores and callers share no memory
  }
}
