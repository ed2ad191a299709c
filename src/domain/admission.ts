import { type Circumstances, type Hold, holdOf, isSameHold, type NetworkNeed, type Portals } from './network.js'

/** What takes a turn: to read a manifest, or to move bytes. */
export type WorkLane = 'resolve' | 'transfer'

/** What a task that runs is at: a turn of its own, or to check and store what its turn has brought. */
export type Occupation = WorkLane | 'store'

/** What a task asks for: a turn, or room on the disk. */
export type AdmissionLane = WorkLane | 'space'

/** A task that waits for its turn. */
export interface AdmissionCandidate {
  readonly taskId: string
  readonly wants: AdmissionLane
  readonly priority: number
  /** Order of arrival. */
  readonly seq: number
  readonly pluginId?: string | undefined
  readonly origin?: string | undefined
  /** Bytes to store, of a task that waits for room. */
  readonly needsBytes?: number | undefined
}

export interface AdmissionLimits {
  readonly maxConcurrentDownloads: number
  readonly maxConnectionsPerOrigin: number
}

/** A task whose need of the network has to be judged: it is new or has changed, or the network has. */
export interface JudgedTask {
  readonly taskId: string
  readonly network: NetworkNeed
  /** Where it waits, and is held back so far. */
  readonly candidate?: AdmissionCandidate | undefined
}

/** Everything that decides who runs. */
export interface AdmissionFacts {
  /** Those that nothing holds back so far, each in the order of {@link compareCandidates}. */
  readonly queues: Readonly<Record<AdmissionLane, Iterable<AdmissionCandidate>>>
  readonly running: {
    readonly resolve: number
    readonly transfer: number
    readonly store: number
    readonly perOrigin: ReadonlyMap<string, number>
  }
  /** The task whose turn it is for a plugin: the first that came and has not ended. */
  readonly firstOfPlugin: (pluginId: string) => string | undefined
  /** Room that is there, or can be made, where it was just measured; else 0. */
  readonly freeBytes: number
  readonly limits: AdmissionLimits
  readonly unjudged: readonly JudgedTask[]
  /** The same of one whose turn it is, and who was to be judged later than those; `later`: that were too many at once. */
  readonly judge: (taskId: string) => JudgedTask | 'later' | undefined
  readonly circumstances: Circumstances
  readonly portals: Portals
}

/** What has to happen, in this order. */
export interface Admission {
  /** May not use the network, or for another reason than before: waits, or stops. */
  readonly withheld: readonly { readonly taskId: string; readonly hold: Hold }[]
  /** Nothing holds them back any more; they may have to wait for their turn. */
  readonly lifted: readonly string[]
  /** Those who start now, in order. */
  readonly granted: readonly string[]
}

export type AdmissionRefusal = 'slot' | 'origin-slot' | 'same-plugin' | 'space'

/** Higher priority first, then first come, first served. */
export function compareCandidates(
  left: Pick<AdmissionCandidate, 'priority' | 'seq'>,
  right: Pick<AdmissionCandidate, 'priority' | 'seq'>,
): number {
  return right.priority - left.priority || left.seq - right.seq
}

/** Who may run, who must stop, and why. The only place that decides so. */
export function admission(facts: AdmissionFacts): Admission {
  const verdicts = new Verdicts(facts)
  for (const task of facts.unjudged) verdicts.judge(task)
  const granted = turns(facts, verdicts)
  const { withheld, lifted } = verdicts
  return { withheld, lifted, granted }
}

/** What is said of each task whose need of the network has to be judged. */
class Verdicts {
  readonly withheld: { readonly taskId: string; readonly hold: Hold }[] = []
  readonly lifted: string[] = []
  /** Those of them who wait. */
  readonly joining: AdmissionCandidate[] = []
  readonly #facts: AdmissionFacts
  readonly #held = new Set<string>()

  constructor(facts: AdmissionFacts) {
    this.#facts = facts
  }

  judge({ taskId, network, candidate }: JudgedTask): void {
    const verdict = holdOf(network, this.#facts.circumstances, this.#facts.portals)
    if (verdict && !isSameHold(verdict, network.hold)) {
      this.withheld.push({ taskId, hold: verdict })
      this.#held.add(taskId)
    }
    if (verdict || !network.hold) return
    this.lifted.push(taskId)
    if (candidate) this.joining.push(candidate)
  }

  /** Of one that queues: nobody runs who was not judged. */
  of(taskId: string): 'free' | 'held' | 'later' {
    const task = this.#facts.judge(taskId)
    if (task === 'later') return 'later'
    if (task) this.judge(task)
    return this.#held.has(taskId) ? 'held' : 'free'
  }
}

/** The tasks that may start now, in order: of those who queue, and of those who join them. */
function turns(facts: AdmissionFacts, verdicts: Verdicts): readonly string[] {
  const running = { ...facts.running, perOrigin: new Map(facts.running.perOrigin) }
  return [
    ...withRoom(facts),
    ...turnsIn('resolve', facts, verdicts, running),
    ...turnsIn('transfer', facts, verdicts, running),
  ].map(({ taskId }) => taskId)
}

type Running = Record<Occupation, number> & { readonly perOrigin: Map<string, number> }

function turnsIn(lane: WorkLane, facts: AdmissionFacts, verdicts: Verdicts, running: Running): AdmissionCandidate[] {
  const granted: AdmissionCandidate[] = []
  for (const candidate of withJoining(facts.queues[lane], verdicts.joining, lane)) {
    if (isTaken(lane, facts.limits, running)) break
    if (refusal(candidate, facts, running)) continue
    const verdict = verdicts.of(candidate.taskId)
    if (verdict === 'later') break
    if (verdict === 'held') continue
    granted.push(candidate)
    count(candidate, lane, running)
  }
  return granted
}

function count({ origin }: AdmissionCandidate, lane: WorkLane, running: Running): void {
  running[lane]++
  if (origin) running.perOrigin.set(origin, (running.perOrigin.get(origin) ?? 0) + 1)
}

/** Both in one order; of a long queue only so much is looked at as is asked for. */
function* withJoining(
  queue: Iterable<AdmissionCandidate>,
  joining: readonly AdmissionCandidate[],
  lane: WorkLane,
): Iterable<AdmissionCandidate> {
  const joined = joining.filter(({ wants }) => wants === lane).sort(compareCandidates)
  let next = 0
  for (const queued of queue) {
    for (let first = joined[next]; first && compareCandidates(first, queued) < 0; first = joined[next]) {
      yield first
      next++
    }
    yield queued
  }
  yield* joined.slice(next)
}

/** Each counts on what those before it have left. */
function withRoom({ queues, freeBytes }: AdmissionFacts): readonly AdmissionCandidate[] {
  let left = freeBytes
  return [...queues.space].filter(({ needsBytes = 0 }) => {
    if (needsBytes > left) return false
    left -= needsBytes
    return true
  })
}

/** Why a candidate does not run; `undefined` where it may. */
export function refusal(
  candidate: AdmissionCandidate,
  facts: Pick<AdmissionFacts, 'limits' | 'firstOfPlugin' | 'freeBytes'>,
  running: AdmissionFacts['running'],
): AdmissionRefusal | undefined {
  const { wants: lane } = candidate
  if (lane === 'space') return (candidate.needsBytes ?? 0) > facts.freeBytes ? 'space' : undefined
  if (candidate.pluginId !== undefined) {
    const first = facts.firstOfPlugin(candidate.pluginId)
    if (first !== undefined && first !== candidate.taskId) return 'same-plugin'
  }
  if (isTaken(lane, facts.limits, running)) return 'slot'
  const connections = candidate.origin ? (running.perOrigin.get(candidate.origin) ?? 0) : 0
  if (connections >= facts.limits.maxConnectionsPerOrigin) return 'origin-slot'
  return undefined
}

/**
 * Who checks and stores has given its turn back, so that the network does not wait for the disk. The network waits where
 * the disk falls behind by more than as many downloads as there are turns.
 */
function isTaken(lane: WorkLane, limits: AdmissionLimits, running: Record<Occupation, number>): boolean {
  const most = slots(lane, limits)
  return running[lane] >= most || (lane === 'transfer' && running.transfer + running.store >= 2 * most)
}

/** Manifests are small: as many are read at once as an origin takes connections. */
function slots(lane: WorkLane, limits: AdmissionLimits): number {
  if (limits.maxConcurrentDownloads === 0) return 0
  return lane === 'resolve' ? limits.maxConnectionsPerOrigin : limits.maxConcurrentDownloads
}
