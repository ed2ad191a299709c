import type { Socket } from 'node:net'
import type { Clock } from '../ports/clock.js'
import { type Bell, createBell } from './bell.js'
import { ToxicLink } from './toxicLink.js'
import type { BytesByDirection, ProxiedConnection, StreamToxic, ToxicDirection } from './toxics.js'

export interface ConnectionPorts {
  readonly clock: Clock
  readonly random: () => number
  readonly forwarded: (direction: ToxicDirection, bytes: number) => void
  readonly ended: () => void
}

/** Both directions of a connection, and the toxics that are on it. */
export class ToxicConnection implements ProxiedConnection {
  readonly clock: Clock
  readonly bell: Bell = createBell()
  outcome: ProxiedConnection['outcome'] = 'open'
  readonly #client: Socket
  readonly #upstream: Socket
  readonly #ports: ConnectionPorts
  readonly #links: Readonly<Record<ToxicDirection, ToxicLink>>
  readonly #toxics = new Set<StreamToxic>()
  readonly #timers = new Map<StreamToxic, unknown>()

  constructor(
    readonly id: number,
    client: Socket,
    upstream: Socket,
    ports: ConnectionPorts,
  ) {
    this.#client = client
    this.#upstream = upstream
    this.#ports = ports
    this.clock = ports.clock
    this.#links = {
      downstream: this.#link('downstream', upstream, client),
      upstream: this.#link('upstream', client, upstream),
    }
    for (const socket of [client, upstream]) socket.on('error', () => this.end('reset', 'broken'))
  }

  get bytes(): BytesByDirection {
    return { downstream: this.#links.downstream.bytes, upstream: this.#links.upstream.bytes }
  }

  async run(): Promise<void> {
    const { downstream, upstream } = this.#links
    try {
      await Promise.all([downstream.run(), upstream.run()])
      this.#finish('ended')
    } catch {
      // a socket that was destroyed
      this.end('reset', 'broken')
    }
  }

  /** Draws whether the toxic is on this connection. */
  add(toxic: StreamToxic): void {
    if (this.outcome !== 'open' || this.#ports.random() >= (toxic.toxicity ?? 1)) return
    this.#toxics.add(toxic)
    this.#startTimer(toxic)
    this.bell.ring()
  }

  remove(toxic: StreamToxic): void {
    this.clock.clearTimeout(this.#timers.get(toxic))
    this.#timers.delete(toxic)
    this.#toxics.delete(toxic)
    this.bell.ring()
  }

  /** What was handed on before still arrives after a `cut`; after a `reset` it may be lost. */
  end(how: 'cut' | 'reset', outcome: ProxiedConnection['outcome'] = how): void {
    if (!this.#finish(outcome)) return
    for (const socket of [this.#client, this.#upstream]) {
      if (how === 'cut') socket.destroySoon()
      else if (socket.connecting) socket.destroy()
      else socket.resetAndDestroy()
    }
  }

  /** At once, whatever is still on its way. */
  drop(): void {
    this.#finish('cut')
    this.#client.destroy()
    this.#upstream.destroy()
  }

  #finish(outcome: ProxiedConnection['outcome']): boolean {
    if (this.outcome !== 'open') return false
    this.outcome = outcome
    for (const toxic of [...this.#toxics]) this.remove(toxic)
    for (const link of Object.values(this.#links)) link.wake()
    this.#ports.ended()
    return true
  }

  #link(direction: ToxicDirection, source: Socket, target: Socket): ToxicLink {
    const { random, forwarded } = this.#ports
    const isOn = (toxic: StreamToxic) => (toxic.direction ?? 'downstream') === direction
    return new ToxicLink(source, target, {
      clock: this.clock,
      bell: this.bell,
      random,
      isOver: () => this.outcome !== 'open',
      toxics: () => [...this.#toxics].filter(isOn),
      forwarded: (bytes) => forwarded(direction, bytes),
      end: (how) => this.end(how),
    })
  }

  #startTimer(toxic: StreamToxic): void {
    const delayMs = endsAfterMs(toxic)
    if (delayMs === undefined) return
    const how = toxic.type === 'reset_peer' ? 'reset' : 'cut'
    this.#timers.set(
      toxic,
      this.clock.setTimeout(() => this.end(how), delayMs),
    )
  }
}

function endsAfterMs(toxic: StreamToxic): number | undefined {
  if (toxic.type === 'timeout') return toxic.timeoutMs
  if (toxic.type !== 'reset_peer') return undefined
  return toxic.afterMs ?? (toxic.afterBytes === undefined ? 0 : undefined)
}
