import type { Socket } from 'node:net'
import type { Clock } from '../ports/clock.js'
import { type Bell, createBell, sleepUntil } from './bell.js'
import type { StreamToxic } from './toxics.js'

/** What a link needs to know of its connection. */
export interface LinkOwner {
  readonly clock: Clock
  /** Rings when the toxics change and when the connection is over. */
  readonly bell: Bell
  readonly random: () => number
  readonly isOver: () => boolean
  /** Those that are on this direction now. */
  readonly toxics: () => readonly StreamToxic[]
  readonly forwarded: (bytes: number) => void
  /** A toxic ends the connection. */
  readonly end: (how: 'cut' | 'reset') => void
}

interface Piece {
  readonly bytes: Uint8Array
  readonly arrivedAtMs: number
  /** In [-1, 1): what the jitter is multiplied with. */
  readonly swing: number
}

/** What may be on its way while there is latency: as on a long line. Without, one piece. */
const LINE_BYTES = 1024 * 1024
/** With a limit, pieces are small enough to be this many a second. */
const PIECES_PER_SECOND = 20

/** One direction of a connection. Reads no faster than it may write. */
export class ToxicLink {
  bytes = 0
  readonly #source: Socket
  readonly #target: Socket
  readonly #owner: LinkOwner
  readonly #line: Piece[] = []
  #lineBytes = 0
  #hasEnded = false
  readonly #arrival = createBell()
  readonly #departure = createBell()

  constructor(source: Socket, target: Socket, owner: LinkOwner) {
    this.#source = source
    this.#target = target
    this.#owner = owner
  }

  /** Settles when the source has ended and all of it went on, or when the connection is over. */
  async run(): Promise<void> {
    await Promise.all([this.#receive(), this.#send()])
  }

  /** For whoever waits in it while the connection ends. */
  wake(): void {
    this.#arrival.ring()
    this.#departure.ring()
  }

  async #receive(): Promise<void> {
    const { clock, random } = this.#owner
    for await (const bytes of this.#source.iterator({ destroyOnReturn: false })) {
      this.#line.push({ bytes, arrivedAtMs: clock.monotonic(), swing: random() * 2 - 1 })
      this.#lineBytes += bytes.length
      this.#arrival.ring()
      while (!this.#owner.isOver() && this.#lineBytes > this.#roomBytes()) await this.#departure.next()
      if (this.#owner.isOver()) return
    }
    this.#hasEnded = true
    this.#arrival.ring()
  }

  #roomBytes(): number {
    return this.#of('latency').length > 0 ? LINE_BYTES : 0
  }

  async #send(): Promise<void> {
    for (let piece = await this.#next(); piece; piece = await this.#next()) {
      const { arrivedAtMs, swing } = piece
      await this.#sleepUntil(() => arrivedAtMs + this.#latencyMs(swing))
      await this.#forward(piece.bytes)
      this.#lineBytes -= piece.bytes.length
      this.#departure.ring()
    }
    const endedAtMs = this.#owner.clock.monotonic()
    await this.#sleepUntil(() => endedAtMs + sum(this.#of('slow_close').map(({ delayMs }) => delayMs)))
    if (!this.#owner.isOver()) this.#target.end()
  }

  async #next(): Promise<Piece | undefined> {
    while (!this.#owner.isOver() && !this.#hasEnded && this.#line.length === 0) await this.#arrival.next()
    return this.#owner.isOver() ? undefined : this.#line.shift()
  }

  #latencyMs(swing: number): number {
    return sum(this.#of('latency').map(({ latencyMs, jitterMs = 0 }) => Math.max(0, latencyMs + swing * jitterMs)))
  }

  async #forward(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      await this.#untilFlowing()
      const count = this.#pieceBytes(bytes.length - at)
      await this.#pace(count)
      if (this.#owner.isOver()) return
      if (this.#isHeld()) continue
      at += await this.#write(bytes.subarray(at, at + Math.min(count, this.#allowance().bytes)))
      const { bytes: left, how } = this.#allowance()
      if (left === 0) return this.#owner.end(how)
    }
  }

  #isHeld(): boolean {
    return this.#of('timeout').length > 0
  }

  async #untilFlowing(): Promise<void> {
    while (this.#isHeld() && !this.#owner.isOver()) await this.#owner.bell.next()
  }

  #pieceBytes(mostBytes: number): number {
    const slices = this.#of('slicer').map(
      ({ averageBytes, variationBytes = 0 }) =>
        averageBytes + Math.round((this.#owner.random() * 2 - 1) * variationBytes),
    )
    const steps = this.#of('bandwidth').map(({ bytesPerSecond }) => Math.floor(bytesPerSecond / PIECES_PER_SECOND))
    return Math.min(mostBytes, Math.max(1, Math.min(...slices, ...steps, mostBytes)))
  }

  async #pace(count: number): Promise<void> {
    const startedAtMs = this.#owner.clock.monotonic()
    await this.#sleepUntil(() => {
      const pauses = this.#of('slicer').map(({ delayMs = 0 }) => delayMs)
      const times = this.#of('bandwidth').map(({ bytesPerSecond }) => (count * 1000) / bytesPerSecond)
      return startedAtMs + Math.max(sum(pauses), ...times)
    })
  }

  /** What may still go through, and what comes then. */
  #allowance(): { readonly bytes: number; readonly how: 'cut' | 'reset' } {
    const cut = Math.min(...this.#of('limit_data').map(({ bytes }) => bytes))
    const reset = Math.min(...this.#of('reset_peer').map(({ afterBytes }) => afterBytes ?? Number.POSITIVE_INFINITY))
    return { bytes: Math.max(0, Math.min(cut, reset) - this.bytes), how: reset <= cut ? 'reset' : 'cut' }
  }

  /** Settles when the socket took it: that is the back-pressure. */
  #write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve) => {
      if (bytes.length === 0) return resolve(0)
      this.#target.write(bytes, (error) => {
        if (!error) {
          this.bytes += bytes.length
          this.#owner.forwarded(bytes.length)
        }
        resolve(bytes.length)
      })
    })
  }

  #sleepUntil(dueMs: () => number): Promise<void> {
    const { clock, bell } = this.#owner
    return sleepUntil(clock, bell, () => (this.#owner.isOver() ? 0 : dueMs()))
  }

  #of<Type extends StreamToxic['type']>(type: Type): readonly Extract<StreamToxic, { type: Type }>[] {
    return this.#owner.toxics().filter((toxic): toxic is Extract<StreamToxic, { type: Type }> => toxic.type === type)
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
