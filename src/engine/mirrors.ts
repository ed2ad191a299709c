import { HttpStatusError, IntegrityError, PluginDockError } from '../domain/errors/index.js'
import { isExpiredLink } from '../domain/recovery.js'

/** One chunk that came damaged weighs as much as so many failed requests. */
const DAMAGE_WEIGHT = 2
/** Links that were asked for since bytes last came. */
const MAX_REFRESHES = 3
/** One odd answer to a request for a part may be an accident; the next request asks for the whole file. */
const MAX_ODD_PARTS = 2

/** Gives a link in place of an expired one; `undefined` where nobody gives out links. */
export type RefreshUrl = (url: string, status: number) => Promise<string | undefined>

/** One source of a bundle, and how it has done. */
export class Mirror {
  /** As the manifest names it. */
  readonly claimed: string
  /** Where it is asked: the latest link. */
  url: string
  /** Set where it said that its file has another size than the bundle. */
  wrongSize: IntegrityError | undefined
  #failuresInARow = 0
  #damaged = 0
  #oddParts = 0
  #refreshes = 0
  #refreshing: Promise<boolean> | undefined

  constructor(url: string) {
    this.claimed = url
    this.url = url
  }

  get failuresInARow(): number {
    return this.#failuresInARow
  }

  /** The lower, the sooner it is asked. */
  get rank(): number {
    return this.#failuresInARow + DAMAGE_WEIGHT * this.#damaged
  }

  /** Whether it is to be asked for the whole file: it answers requests for a part with something else. */
  get sendsWholeOnly(): boolean {
    return this.#oddParts >= MAX_ODD_PARTS
  }

  /** Verified bytes came from it. */
  praise(): void {
    this.wrongSize = undefined
    this.#failuresInARow = 0
    this.#refreshes = 0
  }

  /** A part came as it was asked for, or some time has passed: odd answers before were an accident. */
  askForPartsAgain(): void {
    this.#oddParts = 0
  }

  /** A request failed, and no other way of asking helped. */
  noteFailure(): void {
    this.#failuresInARow++
    // what answered so oddly may not have been the server itself
    this.askForPartsAgain()
  }

  /** A chunk came damaged from it. */
  demote(): void {
    this.#damaged++
  }

  /**
   * An answer was no part that was asked for, and why not. `false` where it was asked for the whole file already.
   */
  noteOddPart(error: PluginDockError): boolean {
    if (error instanceof IntegrityError) this.wrongSize = error
    if (this.sendsWholeOnly) return false
    this.#oddParts++
    return true
  }

  /**
   * Asks for a fresh link after `error`, once for all connections that `usedUrl` failed. `false` where none is to be
   * had. Rejects with an error that may be tried again later, where one could not be had now, or did not help.
   */
  async refresh(error: PluginDockError, usedUrl: string, ask: RefreshUrl): Promise<boolean> {
    if (!(error instanceof HttpStatusError) || !isExpiredLink(error.status)) return false
    if (this.url !== usedUrl) return true
    this.#refreshing ??= this.#ask(error, ask).finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #ask(error: HttpStatusError, ask: RefreshUrl): Promise<boolean> {
    if (this.#refreshes >= MAX_REFRESHES) {
      this.#refreshes = 0
      throw awaitingLink(error, `${error.message}; so did ${MAX_REFRESHES} fresh links`, error)
    }
    const fresh = await ask(this.claimed, error.status).catch((cause: unknown) => {
      if (cause instanceof PluginDockError && cause.code === 'untrusted-origin') throw cause
      throw awaitingLink(error, `${error.message}, and a fresh link could not be had: ${textOf(cause)}`, cause)
    })
    if (fresh === undefined) return false
    this.#refreshes++
    this.url = fresh
    return true
  }
}

/** The sources of one bundle: the one that did best is asked next, of equals the one named first. */
export class Mirrors {
  readonly #all: readonly Mirror[]

  constructor(urls: readonly string[]) {
    this.#all = urls.map((url) => new Mirror(url))
  }

  get count(): number {
    return this.#all.length
  }

  /** Whether these are the sources that a manifest names now. */
  isOf(urls: readonly string[]): boolean {
    return urls.length === this.count && urls.every((url, index) => url === this.#all[index]?.claimed)
  }

  best(): Mirror {
    const [first, ...others] = this.#all
    if (!first) throw new Error('A manifest names at least one URL')
    return others.reduce((best, mirror) => (mirror.rank < best.rank ? mirror : best), first)
  }

  askForPartsAgain(): void {
    for (const mirror of this.#all) mirror.askForPartsAgain()
  }

  find(claimed: string): Mirror | undefined {
    return this.#all.find((mirror) => mirror.claimed === claimed)
  }
}

function awaitingLink({ url, status }: HttpStatusError, message: string, cause: unknown): HttpStatusError {
  return new HttpStatusError(message, { url, status, awaitsLink: true }, { cause })
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
