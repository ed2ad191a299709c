import type { Bytes } from '../domain/bytes.js'

/**
 * Asks one source for bytes, once. An adapter
 * - sends `Range: bytes=<offset>-` (or `-<end>`), also for offset 0, so that no server compresses the answer;
 * - never answers from a cache (`cache: 'no-store'`), never times out a body;
 * - follows redirects within bounds, drops credentials when the origin changes, refuses https to http;
 * - never asks again, but for a kept connection that turned out to be closed before a byte of the answer came;
 * - returns an answer for every status; rejects with `NetworkError` where there was none, with `StalledError` when one
 *   of `timeouts` passed, and with `signal.reason` after an abort.
 */
export interface Fetcher {
  open(request: FetchRequest): Promise<FetchAnswer>
  /** Has ready what the first request needs: somebody is about to ask. */
  prepare?(): void
}

export interface FetchRequest {
  readonly url: string
  /** `undefined`: a plain request without `Range`, for manifests. */
  readonly range?: { readonly offset: number /** Included. */; readonly last?: number } | undefined
  /** A strong ETag: sent as `If-Range`. */
  readonly ifRange?: string | undefined
  readonly signal: AbortSignal
  readonly timeouts: FetchTimeouts
}

export interface FetchTimeouts {
  /**
   * For the name, the connection and TLS, where the platform tells them apart: over `node:http`. With a `fetch` they are
   * part of `headersMs`, as they are without this.
   */
  readonly connectMs?: number
  /** To the headers, with all redirects. Where `connectMs` holds, counts anew from every new connection. */
  readonly headersMs: number
}

export interface FetchAnswer {
  readonly status: number
  /** Where the answer came from after redirects. */
  readonly url: string
  /** Response header by lower-case name; `undefined` where absent or hidden by CORS. */
  header(name: string): string | undefined
  /**
   * How many bytes `body` will bring if nothing goes wrong, as the server says. `undefined` where that is not certain:
   * nothing was said, the body is compressed and decoded on the way, or CORS may hide that it is.
   */
  readonly length: number | undefined
  readonly body: ByteSource
}

/** The bytes of one answer, pulled. The pace of the caller is the pace of the network. */
export interface ByteSource {
  /**
   * Reads at least one byte into `target`, from its start, and returns how many came; 0 at the end of the stream. The
   * memory of `target` stays the caller's, also when the read fails: what earlier reads brought is never lost.
   * Rejects with `NetworkError` when the connection breaks. `target` is never empty.
   */
  readInto(target: Bytes): Promise<number>
  /** Ends the request. Idempotent, never rejects. */
  cancel(): Promise<void>
}
