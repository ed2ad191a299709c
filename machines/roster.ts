import {
  type Admission,
  type AdmissionCandidate,
  type AdmissionFacts,
  type AdmissionLane,
  type AdmissionLimits,
  type AdmissionRefusal,
  admission,
  compareCandidates,
  type JudgedTask,
  refusal,
  type WorkLane,
} from '../src/domain/admission.js'
import { type Circumstances, FREE_NETWORK, type NetworkNeed, type Portal } from '../src/domain/network.js'
import { type PortalChange, Portals } from './portals.js'

/** What admission has to know of one task. */
export interface RosterEntry extends Omit<AdmissionCandidate, 'lane'> {
  readonly wants?: AdmissionLane | undefined
  readonly holds?: WorkLane | undefined
  /** What it wants of the network, if it does. */
  readonly network?: RosterNeed | undefined
  /** Whether later downloads of the same plugin wait for this one. */
  readonly blocksPlugin: boolean
}

/** `bytesToTransfer` is asked when it matters: it changes with every byte. */
export interface RosterNeed extends Omit<NetworkNeed, 'bytesToTransfer'> {
  readonly bytesToTransfer: () => number
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
  readonly #unjudged = new Set<string>()
  readonly #portals = new Portals()
  #circumstances: Circumstances = FREE_NETWORK
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
    if (entry?.network) this.#unjudged.add(taskId)
    else this.#unjudged.delete(taskId)
    this.#notePortal(before, entry)
    if (before?.network && this.#isScout(before) && isAnswered(before, entry)) this.#vouchFor(before.network.origin)
  }

  /** Everybody is judged anew. */
  judgeBy(circumstances: Circumstances): void {
    this.#circumstances = circumstances
    this.#judgeAll()
  }

  /** An origin has answered with something else than a web page. */
  openPortal(origin: string): void {
    if (this.#portals.open(origin)) this.#judgeAll()
  }

  /** It did so again: who has met the page. */
  probeFailed(origin: string): readonly string[] {
    const { witnesses, wantsScout } = this.#portals.probeFailed(origin)
    if (wantsScout) this.#sendScout(origin)
    return witnesses
  }

  /** Whom a task asks next; `undefined` where it wants nothing of the network. */
  originOf(taskId: string): string | undefined {
    return this.#entries.get(taskId)?.network?.origin
  }

  /** Since this was last asked. */
  takePortalChanges(): readonly PortalChange[] {
    return this.#portals.takeChanges()
  }

  /** What has to happen now. Whoever is told of it comes back here with what has become of it. */
  admit(): Admission {
    const decided = admission(this.#facts())
    this.freeBytes = 0
    this.#unjudged.clear()
    return decided
  }

  /** `undefined` for a task that does not wait for its turn. */
  waitOf(taskId: string): RosterWait | undefined {
    const entry = this.#entries.get(taskId)
    if (!entry?.wants || entry.network?.hold) return undefined
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
      unjudged: [...this.#unjudged].flatMap((taskId) => this.#judged(taskId)),
      circumstances: this.#circumstances,
      portals: this.#portals,
    }
  }

  #judged(taskId: string): readonly JudgedTask[] {
    const entry = this.#entries.get(taskId)
    if (!entry?.network) return []
    const stance = this.#isScout(entry) ? ('runs' as const) : entry.network.stance
    const network = { ...entry.network, stance, bytesToTransfer: entry.network.bytesToTransfer() }
    return [{ taskId, network, candidate: entry.wants && { ...entry, lane: entry.wants } }]
  }

  #judgeAll(): void {
    for (const { taskId, network } of this.#entries.values()) if (network) this.#unjudged.add(taskId)
  }

  #notePortal(before: RosterEntry | undefined, entry: RosterEntry | undefined): void {
    const [left, found] = [witnessed(before), witnessed(entry)]
    if (left?.origin === found?.origin) return
    const isOpen = before && left && this.#portals.remove(left.origin, before.taskId)
    const isFound = entry && found && this.#portals.add(found.origin, entry.taskId, found.portal)
    if (isOpen || isFound) this.#judgeAll()
  }

  #vouchFor(origin: string): void {
    if (this.#portals.vouch(origin)) this.#judgeAll()
  }

  #isScout({ taskId, network }: RosterEntry): boolean {
    return network !== undefined && !network.hold?.portal && this.#portals.isScout(network.origin, taskId)
  }

  #sendScout(origin: string): void {
    for (const { taskId, network } of this.#entries.values()) {
      if (network?.origin !== origin || network.hold?.code !== 'captive-portal' || network.hold.portal) continue
      this.#portals.send(origin, taskId)
      this.#unjudged.add(taskId)
      return
    }
  }

  #add(entry: RosterEntry): void {
    this.#entries.set(entry.taskId, entry)
    if (entry.wants && !entry.network?.hold)
      insert(this.#queues[entry.wants], { ...entry, lane: entry.wants }, compareCandidates)
    if (entry.holds) this.#count(entry, entry.holds, 1)
    if (entry.blocksPlugin && entry.pluginId !== undefined) this.#pluginList(entry.pluginId, entry)
  }

  #remove(entry: RosterEntry): void {
    if (entry.wants && !entry.network?.hold) remove(this.#queues[entry.wants], entry, compareCandidates)
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

/** What it was answered with a web page by. */
function witnessed(entry: RosterEntry | undefined): { origin: string; portal: Portal } | undefined {
  const portal = entry?.network?.hold?.portal
  return entry?.network && portal && { origin: entry.network.origin, portal }
}

/** It has its manifest, or all its bytes. */
function isAnswered(before: RosterEntry, entry: RosterEntry | undefined): boolean {
  if (before.holds === 'resolve') return entry?.network?.lane === 'transfer'
  return before.holds === 'transfer' && entry?.holds === 'transfer' && !entry.network
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
