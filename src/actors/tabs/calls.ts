import { type PluginDockError, UnsupportedError } from '../../domain/errors/index.js'
import { asPluginDockError } from '../../domain/failure.js'
import type { CallContext, LeaderHandlers, LeaderMethod, LeaderMethods } from './leaderMethods.js'

/** Plain data, fit for a message. */
export interface Call {
  /** Made by the page that calls, and unlike every other. */
  readonly id: string
  readonly method: LeaderMethod
  readonly args: readonly unknown[]
}

/** How calls come to whoever leads now. */
export type Carrier = (call: Call, isRepeated: boolean) => void

interface PendingCall extends Call {
  readonly resolve: (value: never) => void
  readonly reject: (error: PluginDockError) => void
  /** How often it was carried. */
  carried: number
}

/**
 * What this page wants of the one that leads, be it this one. A call stays until it is answered: who leads next is asked
 * again with the same id, and where that is this page it is carried out here.
 */
export class Calls {
  readonly #pageId: string
  readonly #pending = new Map<string, PendingCall>()
  #handlers: LeaderHandlers | undefined
  #carrier: Carrier | undefined
  #end: PluginDockError | undefined
  #next = 1
  /** Told when a call waits for an answer. */
  onCall: () => void = () => {}

  constructor(pageId: string) {
    this.#pageId = pageId
  }

  /** How this page carries calls out when it leads. */
  serve(handlers: LeaderHandlers): void {
    this.#handlers = handlers
  }

  /** Settles as whoever leads says. Rejects with `ClosedError` when the dock is closed before. */
  make<Method extends LeaderMethod>(
    method: Method,
    ...args: Parameters<LeaderMethods[Method]>
  ): ReturnType<LeaderMethods[Method]> {
    return this.makeAs(this.newId(), method, ...args)
  }

  /** Unlike every other's, of this page and of all others. */
  newId(): string {
    return `${this.#pageId}-${this.#next++}`
  }

  /** The same with an id that was made before. */
  makeAs<Method extends LeaderMethod>(
    id: string,
    method: Method,
    ...args: Parameters<LeaderMethods[Method]>
  ): ReturnType<LeaderMethods[Method]> {
    const made = new Promise<unknown>((resolve, reject) => {
      if (this.#end) return reject(this.#end)
      const call: PendingCall = { id, method, args, resolve, reject, carried: 0 }
      this.#pending.set(id, call)
      this.#carry(call)
      this.onCall()
    })
    return made as ReturnType<LeaderMethods[Method]> // reason: the method's name decides what its answer is
  }

  get waiting(): readonly string[] {
    return [...this.#pending.keys()]
  }

  /** From now on calls go there, and all that wait for an answer again. */
  connect(carrier: Carrier): void {
    this.#carrier = carrier
    for (const call of [...this.#pending.values()]) this.#carry(call)
  }

  get isConnected(): boolean {
    return this.#carrier !== undefined
  }

  /** From now on calls wait. */
  disconnect(): void {
    this.#carrier = undefined
  }

  /** This page leads; `isOver` tells of what failed whether that is because it leads no more. */
  lead(isOver: (error: unknown) => boolean): void {
    this.connect((call, isRepeated) => {
      this.run(call, isRepeated).then(
        (value) => this.resolve(call.id, value),
        (error: unknown) => {
          // whoever leads now is asked
          if (!isOver(error)) this.reject(call.id, asPluginDockError(error))
        },
      )
    })
  }

  /** Carries out what this page, or another one, calls. */
  async run({ id, method, args }: Call, isRepeated: boolean): Promise<unknown> {
    const handler = this.#handlers?.[method] as
      | ((context: CallContext, ...args: readonly unknown[]) => Promise<unknown>)
      | undefined // reason: pages of one release call each other, and each method with its own arguments
    if (!handler)
      throw new UnsupportedError(`The page that leads is of another release, and cannot do ${method}: reload it`)
    return handler({ id, isRepeated }, ...args)
  }

  /** Carries those again that whoever leads has never heard of. */
  repeat(ids: readonly string[]): void {
    for (const id of ids) {
      const call = this.#pending.get(id)
      if (call) this.#carry(call)
    }
  }

  resolve(id: string, value: unknown): void {
    this.#take(id)?.resolve(value as never) // reason: as above, the method decides
  }

  reject(id: string, error: PluginDockError): void {
    this.#take(id)?.reject(error)
  }

  /** Nobody is asked any more. */
  close(reason: PluginDockError): void {
    this.#end ??= reason
    for (const { reject } of this.#pending.values()) reject(reason)
    this.#pending.clear()
  }

  #take(id: string): PendingCall | undefined {
    const call = this.#pending.get(id)
    this.#pending.delete(id)
    return call
  }

  #carry(call: PendingCall): void {
    if (!this.#carrier) return
    const { id, method, args, carried } = call
    call.carried++
    this.#carrier({ id, method, args }, carried > 0)
  }
}
