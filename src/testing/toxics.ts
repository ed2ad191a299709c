/** `downstream`: from the upstream to the client; `upstream`: the other way. */
export type ToxicDirection = 'downstream' | 'upstream'

interface OnStream {
  /** @default 'downstream' */
  readonly direction?: ToxicDirection
  /** The share of connections that it is on, decided once for each. @default 1 */
  readonly toxicity?: number
}

/** All that goes through comes `latencyMs` later, more or less by up to `jitterMs`. Order stays, and so does the rate. */
export interface LatencyToxic extends OnStream {
  readonly type: 'latency'
  readonly latencyMs: number
  /** @default 0 */
  readonly jitterMs?: number
}

/** Nobody listens: connections are refused, and those that were open are cut. */
export interface DownToxic {
  readonly type: 'down'
}

/** So many bytes a second, for each connection. */
export interface BandwidthToxic extends OnStream {
  readonly type: 'bandwidth'
  readonly bytesPerSecond: number
}

/** The end of the stream comes later. */
export interface SlowCloseToxic extends OnStream {
  readonly type: 'slow_close'
  readonly delayMs: number
}

/** Nothing goes through. What came is held, and goes on when the toxic is removed. */
export interface TimeoutToxic extends OnStream {
  readonly type: 'timeout'
  /** The connection is cut after so long. @default never */
  readonly timeoutMs?: number
}

/** The connection is reset (RST) to both sides: after so long, or after so many bytes of this direction, exactly. */
export interface ResetPeerToxic extends OnStream {
  readonly type: 'reset_peer'
  /** @default at once, where `afterBytes` is not given; else never */
  readonly afterMs?: number
  readonly afterBytes?: number
}

/** Pieces of `averageBytes`, more or less by up to `variationBytes`, each `delayMs` after the one before. */
export interface SlicerToxic extends OnStream {
  readonly type: 'slicer'
  readonly averageBytes: number
  /** @default 0 */
  readonly variationBytes?: number
  /** @default 0 */
  readonly delayMs?: number
}

/** The connection ends (FIN) after so many bytes of this direction, exactly. */
export interface LimitDataToxic extends OnStream {
  readonly type: 'limit_data'
  readonly bytes: number
}

/** What is wrong with a line, by the names of Toxiproxy. */
export type Toxic = DownToxic | StreamToxic

/** What is wrong with one direction of a connection. */
export type StreamToxic =
  | LatencyToxic
  | BandwidthToxic
  | SlowCloseToxic
  | TimeoutToxic
  | ResetPeerToxic
  | SlicerToxic
  | LimitDataToxic

/** Bytes that were handed on, by direction. */
export type BytesByDirection = Readonly<Record<ToxicDirection, number>>

/** One client's connection through the proxy. */
export interface ProxiedConnection {
  /** Counts from 0. */
  readonly id: number
  readonly bytes: BytesByDirection
  /** `ended`: by both sides; `broken`: by one of them; `cut` and `reset`: by a toxic, or with the proxy. */
  readonly outcome: 'open' | 'ended' | 'broken' | 'cut' | 'reset'
}
