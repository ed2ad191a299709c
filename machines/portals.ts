import type { Portal } from '../src/domain/network.js'

/** An origin that answers with web pages: to be asked again, from now on by this question; or no longer. */
export type PortalChange =
  | { type: 'portal.found'; origin: string; portal: Portal }
  | { type: 'portal.forgotten'; origin: string }

/**
 * Who waits with others for an origin is patient for so many probes in vain, about two minutes: perhaps nothing stands in
 * the way of all of them, and a few files of that origin are gone.
 */
const OTHERS_WAIT_PROBES = 7

interface Doorway {
  /** By task. The question of the first is the one that is asked. */
  readonly witnesses: Map<string, Portal>
  failedProbes: number
}

/** Origins that answer with web pages, and the tasks that were answered so. */
export class Portals {
  readonly #known = new Map<string, Doorway>()
  #changes: PortalChange[] = []

  /** Whether a task is to keep away, having met the page itself or only heard of it. */
  has(origin: string, hasMetIt: boolean): boolean {
    const known = this.#known.get(origin)
    return known !== undefined && (hasMetIt || known.failedProbes < OTHERS_WAIT_PROBES)
  }

  /** Whether that is news of the origin. */
  add(origin: string, taskId: string, portal: Portal): boolean {
    const known = this.#known.get(origin)
    if (known) known.witnesses.set(taskId, portal)
    else {
      this.#known.set(origin, { witnesses: new Map([[taskId, portal]]), failedProbes: 0 })
      this.#changes.push({ type: 'portal.found', origin, portal })
    }
    return known === undefined
  }

  /** Whether nobody has met a page there any more. */
  remove(origin: string, taskId: string): boolean {
    const witnesses = this.#known.get(origin)?.witnesses
    const [asker] = witnesses?.keys() ?? []
    if (!witnesses?.delete(taskId)) return false
    if (witnesses.size === 0) this.#changes.push({ type: 'portal.forgotten', origin })
    else if (asker === taskId) this.#askForFirst(origin)
    return witnesses.size === 0 && this.open(origin)
  }

  /** It has answered with something else. Whether it was known. */
  open(origin: string): boolean {
    return this.#known.delete(origin)
  }

  /**
   * The next one asks: the first may ask for what is never there. Who has met it, and whether others need not wait with
   * them any longer.
   */
  probeFailed(origin: string): { readonly witnesses: readonly string[]; readonly freesOthers: boolean } {
    const known = this.#known.get(origin)
    const [first] = known?.witnesses ?? []
    if (!known || !first) return { witnesses: [], freesOthers: false }
    known.failedProbes++
    if (known.witnesses.size > 1) {
      known.witnesses.delete(first[0])
      known.witnesses.set(...first)
      this.#askForFirst(origin)
    }
    return { witnesses: [...known.witnesses.keys()], freesOthers: known.failedProbes === OTHERS_WAIT_PROBES }
  }

  /** Since this was last asked. */
  takeChanges(): readonly PortalChange[] {
    const changes = this.#changes
    this.#changes = []
    return changes
  }

  #askForFirst(origin: string): void {
    const [portal] = this.#known.get(origin)?.witnesses.values() ?? []
    if (portal) this.#changes.push({ type: 'portal.found', origin, portal })
  }
}
