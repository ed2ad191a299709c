import type { Portal } from '../src/domain/network.js'

/** An origin that answers with web pages: to be asked again, from now on by this question; or no longer. */
export type PortalChange =
  | { type: 'portal.found'; origin: string; portal: Portal }
  | { type: 'portal.forgotten'; origin: string }

/**
 * After so many probes in vain, about two minutes, one of those who only wait with others may try for itself, and another
 * with each probe: perhaps nothing stands in the way of all of them, and a few files of that origin are gone.
 */
const PROBES_BEFORE_SCOUTS = 7

interface Doorway {
  /** By task. The question of the first is the one that is asked. */
  readonly witnesses: Map<string, Portal>
  /** Those who may try for themselves. */
  readonly scouts: Set<string>
  failedProbes: number
  /** Whether a scout was answered as it should be: then the page is no matter of anybody else's. */
  isHarmless: boolean
}

/** Origins that answer with web pages, and the tasks that were answered so. */
export class Portals {
  readonly #known = new Map<string, Doorway>()
  #changes: PortalChange[] = []

  /** Whether a task is to keep away, having met the page itself or only heard of it. */
  has(origin: string, hasMetIt: boolean): boolean {
    const known = this.#known.get(origin)
    return known !== undefined && (hasMetIt || !known.isHarmless)
  }

  /** Whether that is news of the origin. */
  add(origin: string, taskId: string, portal: Portal): boolean {
    const known = this.#known.get(origin)
    if (known) known.witnesses.set(taskId, portal)
    else {
      const witnesses = new Map([[taskId, portal]])
      this.#known.set(origin, { witnesses, scouts: new Set(), failedProbes: 0, isHarmless: false })
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

  /** The next one asks: the first may ask for what is never there. Who has met it, and whether it is time for a scout. */
  probeFailed(origin: string): { readonly witnesses: readonly string[]; readonly wantsScout: boolean } {
    const known = this.#known.get(origin)
    const [first] = known?.witnesses ?? []
    if (!known || !first) return { witnesses: [], wantsScout: false }
    known.failedProbes++
    if (known.witnesses.size > 1) {
      known.witnesses.delete(first[0])
      known.witnesses.set(...first)
      this.#askForFirst(origin)
    }
    const wantsScout = !known.isHarmless && known.failedProbes >= PROBES_BEFORE_SCOUTS
    return { witnesses: [...known.witnesses.keys()], wantsScout }
  }

  send(origin: string, taskId: string): void {
    this.#known.get(origin)?.scouts.add(taskId)
  }

  isScout(origin: string, taskId: string): boolean {
    return this.#known.get(origin)?.scouts.has(taskId) === true
  }

  /** A scout was answered as it should be. Whether nobody knew. */
  vouch(origin: string): boolean {
    const known = this.#known.get(origin)
    if (!known || known.isHarmless) return false
    known.isHarmless = true
    return true
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
