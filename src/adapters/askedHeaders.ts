type AskHeaders = (url: URL) => HeadersInit | Promise<HeadersInit>

/** The app's headers, with a memory of which URLs got any. */
export class AskedHeaders {
  /** `undefined` where the app gives none. */
  readonly ask: AskHeaders | undefined
  readonly #bare = new Set<string>()

  constructor(ask: AskHeaders | undefined) {
    this.ask = ask && (async (url) => this.#noted(url, await ask(url)))
  }

  /** Whether a URL was last asked without any header of the app's. */
  isBare(url: string): boolean {
    return this.ask === undefined || this.#bare.has(url)
  }

  #noted(url: URL, headers: HeadersInit): HeadersInit {
    if ([...new Headers(headers)].length === 0) this.#bare.add(url.href)
    else this.#bare.delete(url.href)
    return headers
  }
}
