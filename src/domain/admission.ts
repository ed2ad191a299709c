import { type Circumstances, type Hold, holdOf, isSameHold, type NetworkNeed, type Portals } from './network.js'

/** What takes a turn: to read a manifest, or to move bytes. */
export type WorkLane = 'resolve' | 'transfer'

/** What a task asks for: a turn, or room on the disk. */
export type AdmissionLane = WorkLane | 'space'

/** A task that waits for its turn. */
export interface AdmissionCandidate {
  readonly taskId: string
  readonly lane: AdmissionLane
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
  readonly queues: Readonly<Record<AdmissionLane, readonly AdmissionCandidate[]>>
  readonly running: {
    readonly resolve: number
    readonly transfer: number
    readonly perOrigin: ReadonlyMap<string, number>
  }
  /** The task whose turn it is for a plugin: the first that came and has not ended. */
  readonly firstOfPlugin: (pluginId: string) => string | undefined
  /** Room that is there, or can be made, where it was just measured; else 0. */
  readonly freeBytes: number
  readonly limits: AdmissionLimits
  readonly unjudged: readonly JudgedTask[]
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
  const judged = facts.unjudged.map((task) => ({
    ...task,
    verdict: holdOf(task.network, facts.circumstances, facts.portals),
  }))
  const withheld = judged.flatMap(({ taskId, network, verdict }) =>
    verdict && !isSameHold(verdict, network.hold) ? [{ taskId, hold: verdict }] : [],
  )
  const lifted = judged.filter(({ network, verdict }) => network.hold && !verdict)
  const held = new Set(withheld.map(({ taskId }) => taskId))
  return {
    withheld,
    lifted: lifted.map(({ taskId }) => taskId),
    granted: turns(
      facts,
      held,
      lifted.flatMap(({ candidate }) => candidate ?? []),
    ),
  }
}

/** The tasks that may start now, in order: of those who queue, and of those who join them. */
function turns(
  facts: AdmissionFacts,
  held: ReadonlySet<string>,
  joining: readonly AdmissionCandidate[],
): readonly string[] {
  const running = { ...facts.running, perOrigin: new Map(facts.running.perOrigin) }
  const granted = withRoom(facts).map(({ taskId }) => taskId)
  for (const lane of ['resolve', 'transfer'] as const) {
    for (const candidate of withJoining(facts.queues[lane], joining, lane)) {
      if (running[lane] >= slots(lane, facts.limits)) break
      if (held.has(candidate.taskId) || refusal(candidate, facts, running)) continue
      granted.push(candidate.taskId)
      running[lane]++
      if (!candidate.origin) continue
      running.perOrigin.set(candidate.origin, (running.perOrigin.get(candidate.origin) ?? 0) + 1)
    }
  }
  return granted
}

function withJoining(
  queue: readonly AdmissionCandidate[],
  joining: readonly AdmissionCandidate[],
  lane: WorkLane,
): readonly AdmissionCandidate[] {
  const joined = joining.filter((candidate) => candidate.lane === lane)
  return joined.length === 0 ? queue : [...queue, ...joined].sort(compareCandidates)
}

/** Each counts on what those before it have left. */
function withRoom({ queues, freeBytes }: AdmissionFacts): readonly AdmissionCandidate[] {
  let left = freeBytes
  return queues.space.filter(({ needsBytes = 0 }) => {
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
  const { lane } = candidate
  if (lane === 'space') return (candidate.needsBytes ?? 0) > facts.freeBytes ? 'space' : undefined
  if (candidate.pluginId !== undefined) {
    const first = facts.firstOfPlugin(candidate.pluginId)
    if (first !== undefined && first !== candidate.taskId) return 'same-plugin'
  }
  if (running[lane] >= slots(lane, facts.limits)) return 'slot'
  const connections = candidate.origin ? (running.perOrigin.get(candidate.origin) ?? 0) : 0
  if (connections >= facts.limits.maxConnectionsPerOrigin) return 'origin-slot'
  return undefined
}

/** Manifests are small: as many are read at once as an origin takes connections. */
function slots(lane: WorkLane, limits: AdmissionLimits): number {
  if (limits.maxConcurrentDownloads === 0) return 0
  return lane === 'resolve' ? limits.maxConnectionsPerOrigin : limits.maxConcurrentDownloads
}
