/**
 * Asks one source for bytes, once. An adapter
 * - sends `Range: bytes=<offset>-` (or `-<end>`), also for offset 0, so that no server compresses the answer;
 * - never answers from a cache (`cache: 'no-store'`), never retries, never times out a body;
 * - follows redirects within bounds, drops credentials when the origin changes, refuses https to http;
 * - returns an answer for every status; rejects with `NetworkError` where there was none, with `StalledError` when
 *   `timeouts` passed without headers, and with `signal.reason` after an abort.
 */
export interface Fetcher {
  open(request: FetchRequest): Promise<FetchAnswer>
}

export interface FetchRequest {
  readonly url: string
  /** `undefined`: a plain request without `Range`, for manifests. */
  readonly range?: { readonly offset: number; /** Included. */ readonly last?: number } | undefined
  /** A strong ETag: sent as `If-Range`. */
  readonly ifRange?: string | undefined
  readonly signal: AbortSignal
  readonly timeouts: { readonly headersMs: number }
}

export interface FetchAnswer {
  readonly status: number
  /** Where the answer came from after redirects. */
  readonly url: string
  /** Response header by lower-case name; `undefined` where absent or hidden by CORS. */
  header(name: string): string | undefined
  readonly body: ByteSource
}

/** The bytes of one answer, pulled. The pace of the caller is the pace of the network. */
export interface ByteSource {
  /**
   * Fills `buffer` from `start` on, with at least one byte and at most up to `end`, unless the stream ended.
   * `buffer` may be detached by the call: go on with the one that comes back. Rejects with `NetworkError` when the
   * connection breaks.
   */
  readInto(buffer: ArrayBuffer, start: number, end: number): Promise<{ buffer: ArrayBuffer; bytesRead: number; done: boolean }>
  /** Ends the request. Idempotent, never rejects. */
  cancel(): Promise<void>
}
