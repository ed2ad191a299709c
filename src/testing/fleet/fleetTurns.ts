import { Roster, type RosterEntry } from '../../../machines/roster.js'
import type { AdmissionLimits } from '../../domain/admission.js'
import type { FleetDownload } from './fleetDownload.js'

/** What is known of clients whose first plugins have the entries that lead here. */
interface Known {
  /** By the number of the next plugin's entry. */
  readonly next: Known[]
  granted: readonly number[] | undefined
}

/**
 * Whose turn it is at a client, as its own supervisor would say. A {@link Roster} is told of all that is under way there
 * and asked, once for each situation that any of the clients is in: whoever tells it the same gets the same answer.
 */
export class FleetTurns {
  readonly #limits: AdmissionLimits
  readonly #entries: RosterEntry[] = []
  readonly #numbers = new Map<number, number>()
  readonly #known: Known = { next: [], granted: undefined }

  constructor(limits: AdmissionLimits) {
    this.#limits = limits
  }

  /** The number of what admission is told of a download, from 1 on; 0 where there is nothing to tell. */
  numberOf(download: FleetDownload): number {
    if (!download.isUnderWay) return 0
    const { situation } = download
    const known = this.#numbers.get(situation)
    if (known !== undefined) return known
    const number = this.#entries.push(download.rosterEntry())
    this.#numbers.set(situation, number)
    return number
  }

  /** Which plugins may go on, in order, at a client whose plugins have these numbers. */
  granted(numbers: Int32Array): readonly number[] {
    let known = this.#known
    for (const number of numbers) {
      known.next[number] ??= { next: [], granted: undefined }
      known = known.next[number]
    }
    known.granted ??= this.#ask(numbers)
    return known.granted
  }

  #ask(numbers: Int32Array): readonly number[] {
    const roster = new Roster(this.#limits)
    const entries = Array.from(numbers, (number) => this.#entries[number - 1])
    for (const entry of entries) if (entry) roster.set(entry.taskId, entry)
    return roster.admit().granted.map((taskId) => entries.findIndex((entry) => entry?.taskId === taskId))
  }
}
