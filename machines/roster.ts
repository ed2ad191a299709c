import {
  type AdmissionCandidate,
  type AdmissionFacts,
  type AdmissionLane,
  type AdmissionLimits,
  type AdmissionRefusal,
  admission,
  compareCandidates,
  refusal,
  type WorkLane,
} from '../src/domain/admission.js'

/** What admission has to know of one task. */
export interface RosterEntry extends Omit<AdmissionCandidate, 'lane'> {
  readonly wants?: AdmissionLane | undefined
  readonly holds?: WorkLane | undefined
  /** Whether later downloads of the same plugin wait for this one. */
  readonly blocksPlugin: boolean
}

/** Why a task waits for its turn; `position` counts from 1 among those that wait in its lane. */
export interface RosterWait {
  readonly reason: AdmissionRefusal
  readonly position: number
}

/**
 * The facts of admission, kept up to date one task at a time: a change costs O(log n) comparisons, whoever else waits.
 */
export class Roster {
  readonly #entries = new Map<string, RosterEntry>()
  readonly #queues: Record<AdmissionLane, AdmissionCandidate[]> = { resolve: [], transfer: [], space: [] }
  readonly #running = { resolve: 0, transfer: 0, perOrigin: new Map<string, number>() }
  readonly #perPlugin = new Map<string, RosterEntry[]>()
  limits: AdmissionLimits
  /** Room for those that wait for it. Good for one admission: who has to wait later measured it then. */
  freeBytes = 0

  constructor(limits: AdmissionLimits) {
    this.limits = limits
  }

  get busy(): boolean {
    return this.#running.resolve + this.#running.transfer > 0
  }

  /** Sets, or forgets, what is known of a task. */
  set(taskId: string, entry: RosterEntry | undefined): void {
    const before = this.#entries.get(taskId)
    if (before) this.#remove(before)
    if (entry) this.#add(entry)
    else this.#entries.delete(taskId)
  }

  /** Whose turn it is now, in order. */
  admit(): readonly string[] {
    const admitted = admission(this.#facts())
    this.freeBytes = 0
    return admitted.map((candidate) => candidate.taskId)
  }

  /** `undefined` for a task that does not wait for its turn. */
  waitOf(taskId: string): RosterWait | undefined {
    const entry = this.#entries.get(taskId)
    if (!entry?.wants) return undefined
    const candidate = { ...entry, lane: entry.wants }
    const reason = refusal(candidate, this.#facts(), this.#running) ?? 'slot'
    return { reason, position: 1 + findIndex(this.#queues[entry.wants], candidate, compareCandidates) }
  }

  #facts(): AdmissionFacts {
    return {
      queues: this.#queues,
      running: this.#running,
      firstOfPlugin: (pluginId) => this.#perPlugin.get(pluginId)?.[0]?.taskId,
      freeBytes: this.freeBytes,
      limits: this.limits,
    }
  }

  #add(entry: RosterEntry): void {
    this.#entries.set(entry.taskId, entry)
    if (entry.wants) insert(this.#queues[entry.wants], { ...entry, lane: entry.wants }, compareCandidates)
    if (entry.holds) this.#count(entry, entry.holds, 1)
    if (entry.blocksPlugin && entry.pluginId !== undefined) this.#pluginList(entry.pluginId, entry)
  }

  #remove(entry: RosterEntry): void {
    if (entry.wants) remove(this.#queues[entry.wants], entry, compareCandidates)
    if (entry.holds) this.#count(entry, entry.holds, -1)
    if (!entry.blocksPlugin || entry.pluginId === undefined) return
    const list = this.#perPlugin.get(entry.pluginId) ?? []
    remove(list, entry, comparePluginTurn)
    if (list.length === 0) this.#perPlugin.delete(entry.pluginId)
  }

  #count(entry: RosterEntry, lane: WorkLane, by: 1 | -1): void {
    this.#running[lane] += by
    if (!entry.origin) return
    const count = (this.#running.perOrigin.get(entry.origin) ?? 0) + by
    if (count === 0) this.#running.perOrigin.delete(entry.origin)
    else this.#running.perOrigin.set(entry.origin, count)
  }

  #pluginList(pluginId: string, entry: RosterEntry): void {
    const list = this.#perPlugin.get(pluginId) ?? []
    insert(list, entry, comparePluginTurn)
    this.#perPlugin.set(pluginId, list)
  }
}

/** Who holds goes on; else who came first. */
function comparePluginTurn(left: RosterEntry, right: RosterEntry): number {
  return Number(right.holds === 'transfer') - Number(left.holds === 'transfer') || left.seq - right.seq
}

function insert<T>(sorted: T[], item: T, compare: (left: T, right: T) => number): void {
  sorted.splice(findIndex(sorted, item, compare), 0, item)
}

function remove<T, K>(sorted: T[], item: K, compare: (left: T, right: K) => number): void {
  sorted.splice(findIndex(sorted, item, compare), 1)
}

/** Where `item` stands, or would be inserted, in a sorted list. */
function findIndex<T, K>(sorted: readonly T[], item: K, compare: (left: T, right: K) => number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = sorted[middle]
    if (other !== undefined && compare(other, item) < 0) low = middle + 1
    else high = middle
  }
  return low
}
