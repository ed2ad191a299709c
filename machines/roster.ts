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
  type Occupation,
  refusal,
} from '../src/domain/admission.js'
import { type Circumstances, FREE_NETWORK, type NetworkNeed, type Portal } from '../src/domain/network.js'
import { PluginTurns } from './pluginTurns.js'
import { type PortalChange, Portals } from './portals.js'
import { SortedList } from './sortedList.js'

/** What admission has to know of one task. */
export interface RosterEntry extends Omit<AdmissionCandidate, 'wants'> {
  readonly wants?: AdmissionLane | undefined
  readonly holds?: Occupation | undefined
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
  readonly #queues: Record<AdmissionLane, SortedList<AdmissionCandidate>> = {
    resolve: new SortedList<AdmissionCandidate>(compareCandidates),
    transfer: new SortedList<AdmissionCandidate>(compareCandidates),
    space: new SortedList<AdmissionCandidate>(compareCandidates),
  }
  readonly #running = { resolve: 0, transfer: 0, store: 0, perOrigin: new Map<string, number>() }
  readonly #pluginTurns = new PluginTurns()
  /** New, or changed by themselves. */
  readonly #unjudged = new Set<string>()
  /** As they were, and to be judged by what has changed for all: the most wanted first. */
  readonly #backlog = new Set<string>()
  readonly #portals = new Portals()
  #circumstances: Circumstances = FREE_NETWORK
  limits: AdmissionLimits
  /** Room for those that wait for it. Good for one admission: who has to wait later measured it then. */
  freeBytes = 0

  constructor(limits: AdmissionLimits) {
    this.limits = limits
  }

  get busy(): boolean {
    const { resolve, transfer, store } = this.#running
    return resolve + transfer + store > 0
  }

  /** Sets, or forgets, what is known of a task. Whether something may have to happen now. */
  set(taskId: string, entry: RosterEntry | undefined): boolean {
    const before = this.#entries.get(taskId)
    if (entry) this.#entries.set(taskId, entry)
    else this.#entries.delete(taskId)
    this.#pluginTurns.change(before, entry)
    if (before && entry && isSamePlace(before, entry)) this.#replace(before, entry)
    else {
      if (before) this.#remove(before)
      if (entry) this.#add(entry)
    }
    this.#backlog.delete(taskId)
    if (entry?.network) this.#unjudged.add(taskId)
    else this.#unjudged.delete(taskId)
    this.#notePortal(before, entry)
    if (before?.network && this.#isScout(before) && isAnswered(before, entry)) this.#vouchFor(before.network.origin)
    return before !== undefined || (entry !== undefined && concernsOthers(entry))
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

  /**
   * What has to happen now. Where something has changed for all, `mostOfAll` of those are judged that neither run nor have
   * changed themselves, and as many of those whose turn it is: nobody is granted a turn who was not.
   * Whoever is told of it comes back here with what has become of it.
   */
  admit(mostOfAll = Number.POSITIVE_INFINITY): Admission {
    const unjudged = [...this.#take(this.#unjudged), ...this.#take(this.#backlog, mostOfAll)]
    let left = mostOfAll
    const judge = (taskId: string) => {
      if (!this.#backlog.has(taskId)) return undefined
      return left-- > 0 ? this.#judged(taskId) : 'later'
    }
    const decided = admission({ ...this.#facts(), unjudged, judge })
    this.freeBytes = 0
    return decided
  }

  /** Whether the last admission left some to be judged. */
  get hasBacklog(): boolean {
    return this.#backlog.size > 0
  }

  /** `undefined` for a task that does not wait for its turn. */
  waitOf(taskId: string): RosterWait | undefined {
    const entry = this.#entries.get(taskId)
    if (!entry || !isQueued(entry)) return undefined
    const reason = refusal(entry, this.#facts(), this.#running) ?? 'slot'
    return { reason, position: 1 + this.#queues[entry.wants].rankOf(entry) }
  }

  #facts(): Omit<AdmissionFacts, 'unjudged' | 'judge'> {
    return {
      queues: this.#queues,
      running: this.#running,
      firstOfPlugin: (pluginId) => this.#pluginTurns.firstOf(pluginId),
      freeBytes: this.freeBytes,
      limits: this.limits,
      circumstances: this.#circumstances,
      portals: this.#portals,
    }
  }

  #take(tasks: ReadonlySet<string>, most = Number.POSITIVE_INFINITY): readonly JudgedTask[] {
    const taken: JudgedTask[] = []
    for (const taskId of tasks) {
      if (taken.length >= most) break
      const task = this.#judged(taskId)
      if (task) taken.push(task)
    }
    return taken
  }

  #judged(taskId: string): JudgedTask | undefined {
    this.#unjudged.delete(taskId)
    this.#backlog.delete(taskId)
    const entry = this.#entries.get(taskId)
    if (!entry?.network) return undefined
    const stance = this.#isScout(entry) ? ('runs' as const) : entry.network.stance
    const network = { ...entry.network, stance, bytesToTransfer: entry.network.bytesToTransfer() }
    return { taskId, network, candidate: isCandidate(entry) ? entry : undefined }
  }

  #judgeAll(): void {
    const waiting: RosterEntry[] = []
    for (const entry of this.#entries.values()) {
      const { taskId, network, holds } = entry
      if (!network) continue
      // who runs without leave is stopped at once
      if (holds) this.#unjudged.add(taskId)
      else if (!this.#unjudged.has(taskId)) waiting.push(entry)
    }
    this.#backlog.clear()
    // turns are given with the first part, to those who are told in it
    for (const { taskId } of waiting.sort(compareCandidates)) this.#backlog.add(taskId)
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
    if (isQueued(entry)) this.#queues[entry.wants].add(entry)
    if (entry.holds) this.#count(entry, entry.holds, 1)
  }

  #remove(entry: RosterEntry): void {
    if (isQueued(entry)) this.#queues[entry.wants].remove(entry)
    if (entry.holds) this.#count(entry, entry.holds, -1)
  }

  #replace(before: RosterEntry, entry: RosterEntry): void {
    if (isQueued(before) && isQueued(entry)) this.#queues[entry.wants].replace(before, entry)
  }

  #count(entry: RosterEntry, holds: Occupation, by: 1 | -1): void {
    this.#running[holds] += by
    if (!entry.origin || holds === 'store') return
    const count = (this.#running.perOrigin.get(entry.origin) ?? 0) + by
    if (count === 0) this.#running.perOrigin.delete(entry.origin)
    else this.#running.perOrigin.set(entry.origin, count)
  }
}

type Candidate = RosterEntry & { readonly wants: AdmissionLane }

function isCandidate(entry: RosterEntry): entry is Candidate {
  return entry.wants !== undefined
}

/** Nothing but its turn is what it waits for. */
function isQueued(entry: RosterEntry): entry is Candidate {
  return isCandidate(entry) && !entry.network?.hold
}

/** Who is new, and asks for nothing yet, changes nothing. */
function concernsOthers({ wants, holds, network }: RosterEntry): boolean {
  return wants !== undefined || holds !== undefined || network !== undefined
}

const PLACE = ['wants', 'holds', 'priority', 'seq', 'origin', 'pluginId', 'blocksPlugin'] as const

/** Whether it stands in all lists where it stood. */
function isSamePlace(before: RosterEntry, entry: RosterEntry): boolean {
  return isQueued(before) === isQueued(entry) && PLACE.every((name) => before[name] === entry[name])
}

/** What it was answered with a web page by. */
function witnessed(entry: RosterEntry | undefined): { origin: string; portal: Portal } | undefined {
  const portal = entry?.network?.hold?.portal
  return entry?.network && portal && { origin: entry.network.origin, portal }
}

/** It has its manifest, or all its bytes. */
function isAnswered(before: RosterEntry, entry: RosterEntry | undefined): boolean {
  if (before.holds === 'resolve') return entry?.network?.lane === 'transfer'
  return before.holds === 'transfer' && entry?.holds === 'store'
}
