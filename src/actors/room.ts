import type { EffectInput, Shortage } from '../../machines/download.types.js'
import { StorageFullError } from '../domain/errors/index.js'
import { evictionTargets, planOf, sumOfSizes, takeEnough } from '../domain/eviction.js'
import type { EvictionPlan } from '../domain/evictionPlan.js'
import type { FailedAttempt } from '../domain/failedAttempt.js'
import { toFailure } from '../domain/failure.js'
import type { DownloadState } from '../domain/progress.js'
import type { DownloadPlan } from '../domain/records.js'
import { freeBytes } from '../domain/space.js'
import type { StoreEntry } from '../ports/bundleStore.js'
import { failedAttempt, resourcesOf } from './attempts.js'
import { type DockState, storesOf } from './dockState.js'
import { evict, evictionFacts } from './eviction.js'

type Task = EffectInput['record']

/** What a record, and a file's own entry, may take: of a download that has all its bytes, and was refused these. */
const RECORD_BYTES = 64 * 1024
/** Others may take what was just freed. */
const MAX_ROUNDS = 3

/** Bytes that can still be written, of those that are promised to nobody. Negative where more is promised than there is. */
export async function measureFree(state: DockState): Promise<number> {
  const { bundles } = storesOf(state)
  const { space } = state
  const usedBytes = space.budgetBytes === undefined ? 0 : usedBy(state, await bundles.list())
  return freeBytes({
    diskBytes: space.believed(await bundles.availableBytes()),
    reserveBytes: space.reserveBytes,
    budgetBytes: space.budgetBytes,
    usedBytes,
    promisedBytes: space.promisedBytes,
  })
}

/** The same with what may be evicted: what a download that waits for room can count on. */
export function measureAvailable(state: DockState): Promise<number> {
  return state.space.inTurn(async () => {
    const targets = evictionTargets(await evictionFacts(state))
    return (await measureFree(state)) + sumOfSizes(targets)
  })
}

/**
 * Promises a download the room that it still needs, and evicts for it where that is enough; else says what is missing.
 * Rejects with `StorageFullError` where not even an empty store would do, and with `signal.reason`: nothing goes for a
 * download that was stopped while it waited for its turn.
 */
export function reserve(
  state: DockState,
  task: Task,
  plan: DownloadPlan,
  signal: AbortSignal,
): Promise<Shortage | undefined> {
  return state.space.inTurn(async () => {
    let short = await missing(state, task)
    if (short > 0) {
      // a process that died had stored more than it recorded: of use to know only where room is short
      await lookForBytes(state, task, plan)
      short = await missing(state, task)
    }
    for (let round = 1; ; round++) {
      const bytesToStore = remaining(state, task)
      signal.throwIfAborted()
      if (short <= 0) {
        state.space.promise(task.taskId, () => remaining(state, task))
        return undefined
      }
      const possible = await makeRoom(state, short, round < MAX_ROUNDS)
      if (possible) {
        assertFits(state, plan, possible)
        return shortageOf(state, { bytesToStore, bytesNeeded: short, plan: possible })
      }
      short = await missing(state, task)
    }
  })
}

/**
 * A write was refused for lack of room, whatever the store says it has. Evicts what the download still needs, where
 * `mayEvict` and that is enough, and then there is no shortage: it is worth another try.
 */
export async function afterRefusal(state: DockState, task: Task, mayEvict: boolean): Promise<Shortage | undefined> {
  const { space } = state
  const claimed = await storesOf(state)
    .bundles.availableBytes()
    .catch(() => undefined)
  return space.inTurn(async () => {
    space.doubt(claimed)
    const bytesToStore = Math.max(RECORD_BYTES, remaining(state, task))
    const plan = await makeRoom(state, bytesToStore, mayEvict)
    return plan && shortageOf(state, { bytesToStore, bytesNeeded: bytesToStore, plan })
  })
}

/** Does `work`, and once more where it was refused for lack of room and that could be made; else says what is missing. */
export async function withRoom(state: DockState, task: Task, work: () => Promise<void>): Promise<Shortage | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (!isRefusal(error)) throw error
    const shortage = await afterRefusal(state, task, true)
    if (shortage) return shortage
  }
  await work()
  return undefined
}

/** What a chart is told of something thrown, where it may have been thrown for lack of room. */
export async function shortOr<TEvent>(
  state: DockState,
  task: Task,
  error: unknown,
  otherwise: (attempt: FailedAttempt) => TEvent,
): Promise<TEvent | { type: 'space.short'; shortage: Shortage; gainedBytes: number }> {
  if (!isRefusal(error)) return otherwise(failedAttempt(state, task, error))
  try {
    const shortage = await afterRefusal(state, task, false)
    if (shortage) return { type: 'space.short', shortage, gainedBytes: 0 }
  } catch {
    // as stores that were closed meanwhile: what was thrown first says more
  }
  return otherwise(failedAttempt(state, task, error))
}

/** Whether the store refused for lack of room that somebody can make. */
function isRefusal(error: unknown): boolean {
  return error instanceof StorageFullError && error.budgetBytes === undefined
}

/** `undefined` where so much was evicted; else what could have been, and was not enough. */
async function makeRoom(state: DockState, bytesToFree: number, mayEvict: boolean): Promise<EvictionPlan | undefined> {
  const targets = evictionTargets(await evictionFacts(state))
  const plan = planOf(takeEnough(targets, bytesToFree), bytesToFree)
  if (!mayEvict || !plan.sufficient) return plan
  await evict(state, targets, bytesToFree)
  return undefined
}

function shortageOf(
  { host }: DockState,
  { bytesToStore, bytesNeeded, plan }: Pick<Shortage, 'bytesToStore' | 'bytesNeeded' | 'plan'>,
): Shortage {
  const error = new StorageFullError('There is not enough room for this download', { bytesNeeded, plan })
  return { bytesToStore, bytesNeeded, plan, since: host.clock.now(), failure: toFailure(error) }
}

/** An update needs its room beside the version that it replaces. */
function assertFits({ space, opened }: DockState, plan: DownloadPlan, possible: EvictionPlan): void {
  const { budgetBytes } = space
  const active = opened?.index.get(plan.pluginId)?.active
  const beside = active && active.address !== plan.partialKey ? active.sizeBytes : 0
  const bytesNeeded = plan.totalBytes + beside
  if (budgetBytes === undefined || bytesNeeded <= budgetBytes) return
  const what = beside > 0 ? 'beside the version that it replaces ' : ''
  const message = `${plan.pluginId} ${plan.version} needs ${what}${bytesNeeded} bytes; plugins may have ${budgetBytes} in all`
  throw new StorageFullError(message, { bytesNeeded, budgetBytes, plan: possible })
}

async function missing(state: DockState, task: Task): Promise<number> {
  const bytesToStore = remaining(state, task)
  return bytesToStore === 0 ? 0 : bytesToStore - (await measureFree(state))
}

async function lookForBytes(state: DockState, task: Task, { partialKey }: DownloadPlan): Promise<void> {
  const entries = await storesOf(state).bundles.list()
  // its partial, or all of it, where a process died before it recorded the bundle that it had sealed
  const sizes = entries.filter(({ name }) => name === partialKey).map(({ sizeBytes }) => sizeBytes)
  resourcesOf(state, task).foundBytes = Math.max(0, ...sizes)
}

function remaining(state: DockState, task: Task): number {
  return Math.max(0, (task.plan?.totalBytes ?? 0) - heldBytes(state, task))
}

function heldBytes({ tasks }: DockState, task: Task): number {
  const found = tasks.get(task.taskId)
  return Math.max((found?.meter ?? task).bytesDownloaded, found?.foundBytes ?? 0)
}

const AT_IT = new Set<DownloadState>(['downloading', 'verifying', 'installing', 'awaitingSpace'])

/**
 * Bundles and partials. A partial that is being filled counts with what it holds, as the rest is promised: its file may
 * be as long as the bundle from the start. Bytes that were sealed and not yet recorded are taken over, not kept beside.
 */
function usedBy(state: DockState, entries: readonly StoreEntry[]): number {
  const held = new Map<string, number>()
  for (const { record, actor } of state.journal.views.values()) {
    const key = record.plan?.partialKey
    if (key !== undefined && actor && AT_IT.has(record.state)) held.set(key, heldBytes(state, record))
  }
  return entries.reduce((sum, { kind, name, sizeBytes }) => {
    if (kind === 'unknown') return sum
    const known = held.get(name)
    if (known === undefined) return sum + sizeBytes
    return kind === 'partial' ? sum + known : sum
  }, 0)
}
