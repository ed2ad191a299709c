import { NotInstalledError } from '../domain/errors/index.js'
import {
  type DownloadRecord,
  type InstalledRecord,
  type Quarantine,
  RECORD_KINDS,
  type VersionRecord,
} from '../domain/records.js'
import {
  type NamedVersion,
  type Switched,
  type Verdict,
  withConfirmed,
  withFailure,
  withoutFailed,
  withPardon,
  withReleased,
  withSwitched,
} from '../domain/versions.js'
import { fallbacksOf, quarantineOf, versionsOf } from '../domain/versionsOf.js'
import type { RecordChange } from '../ports/recordStore.js'
import { type DockState, storesOf, tell } from './dockState.js'
import { removeUnneeded } from './removal.js'
import { historyChange, trialRemoval } from './versionHistory.js'
import { wholly } from './wholeWork.js'

/** The version works: one commit says so and raises the floor. */
export function confirm(state: DockState, { pluginId, version }: NamedVersion): Promise<void> {
  const { history, index } = storesOf(state)
  const named = { pluginId, address: version.address }
  return history.inTurn(async () => {
    const also = [
      historyChange(pluginId, withConfirmed(history.of(pluginId), version.version, state.trust.epoch)),
      trialRemoval(named),
    ]
    // of a plugin that was removed meanwhile nothing is written
    const healthy = ({ quarantine: _, ...current }: VersionRecord): VersionRecord => ({ ...current, health: 'healthy' })
    if (await index.amend(named, healthy, also)) history.learn(also)
  })
}

/**
 * The version does not work: one commit quarantines it and gives its place to the newest healthy one. Settles with what
 * is active then, `undefined` where nothing is left to run.
 */
export function fail(
  state: DockState,
  { pluginId, version }: NamedVersion,
  { reason, cause }: Verdict,
): Promise<VersionRecord | undefined> {
  const { history } = storesOf(state)
  const { address, integrity } = version
  return history.inTurn(async () => {
    const known = quarantineIn(state, pluginId, address)
    if (known) return storesOf(state).index.get(pluginId)?.active
    const failures = (history.of(pluginId)?.failed.find((other) => other.address === address)?.failures ?? 0) + 1
    const until = state.host.clock.now() + state.health.quarantineMs
    const quarantine: Quarantine = { reason, failures, until, cause }
    const failed = { version: version.version, address, integrity, ...quarantine }
    const also = [
      historyChange(pluginId, withFailure(history.of(pluginId), failed)),
      trialRemoval({ pluginId, address }),
    ]
    const change = (current: InstalledRecord): Switched => withoutFailed(current, address, quarantine)
    const switched = await switchVersion(state, pluginId, { change, also, reason, cause, until })
    history.learn(also)
    if (switched && !switched.to && switched.record.active.address === address)
      tell(state, { type: 'condemned', pluginId, version: version.version, ...quarantine })
    return switched?.record.active.address === address ? undefined : switched?.record.active
  })
}

/** Two pages may find the same version at fault: it has failed once. */
function quarantineIn(state: DockState, pluginId: string, address: string): Quarantine | undefined {
  const plugin = storesOf(state).index.peek(pluginId)
  const version = plugin && versionsOf(plugin).find((other) => other.address === address)
  return version && quarantineOf(version, state.host.clock.now())
}

/** The active version is damaged beyond repair, and `to` is whole: it is used from now on. Nothing is quarantined. */
export function stepBack(state: DockState, damaged: NamedVersion, to: VersionRecord): Promise<void> {
  const reason = 'it is damaged on this device and could not be repaired'
  const damagedAt = state.host.clock.now()
  return storesOf(state).history.inTurn(async () => {
    const change = (current: InstalledRecord): Switched =>
      current.active.address === damaged.version.address
        ? withSwitched(current, to.address, { damagedAt })
        : { record: current }
    await switchVersion(state, damaged.pluginId, { change, also: [], reason, cause: 'damaged' })
  })
}

/**
 * By a person's wish: from the version with this address to the newest healthy one, else to the one before. Rejects with
 * `NotInstalledError`. Nothing happens where another one is active already.
 */
export function rollBack(state: DockState, pluginId: string, from: string): Promise<void> {
  const { history } = storesOf(state)
  return history.inTurn(async () => {
    const change = (current: InstalledRecord): Switched => {
      if (current.active.address !== from) return { record: current }
      const to = fallbacksOf(current)[0] ?? current.previous[0]
      if (!to) throw new NotInstalledError(`${pluginId} has no earlier version on this device`, { pluginId })
      return withSwitched(current, to.address)
    }
    const also = [trialRemoval({ pluginId, address: from })]
    await switchVersion(state, pluginId, { change, also, reason: 'it was asked for', cause: 'user' })
    history.learn(also)
  })
}

/** Lifts a quarantine; nothing to lift is no failure. */
export function release(state: DockState, pluginId: string, version: string): Promise<void> {
  const { history, index } = storesOf(state)
  return history.inTurn(async () => {
    const known = history.of(pluginId)
    const also = known ? [historyChange(pluginId, withPardon(known, version))] : []
    await index.update(pluginId, (current) => current && withReleased(current, version), also)
    history.learn(also)
  })
}

interface Switching extends Verdict {
  readonly change: (current: InstalledRecord) => Switched
  readonly also: readonly RecordChange[]
  /** Until when the version that is left is not run, epoch ms. */
  readonly until?: number
}

function switchVersion(state: DockState, pluginId: string, switching: Switching): Promise<Switched | undefined> {
  return wholly(state, () => switchWhole(state, pluginId, switching))
}

/** One commit for the plugin's record, what changes with it, and the task that had brought the version. */
async function switchWhole(
  state: DockState,
  pluginId: string,
  { change, also, reason, cause, until }: Switching,
): Promise<Switched | undefined> {
  let switched: Switched | undefined
  let tasks: readonly DownloadRecord[] = []
  const decide = (current: InstalledRecord | undefined): InstalledRecord | undefined => {
    switched = current && change(current)
    tasks = switched?.to && current ? tasksOf(state, current).map((task) => rolledBack(task, switched?.to)) : []
    return switched?.record
  }
  const before = await storesOf(state).index.update(pluginId, decide, () => [...also, ...tasks.map(taskChange)])
  if (before && switched?.to) {
    const { version } = before.active
    const taskIds = tasks.map(({ taskId }) => taskId)
    tell(state, { type: 'rolledBack', pluginId, version, to: switched.to.version, reason, cause, until, taskIds })
  }
  for (const { address } of before ? versionsOf(before) : []) await removeUnneeded(state, address)
  return switched
}

/** The settled downloads that brought the active version. */
function tasksOf({ journal, opened }: DockState, { pluginId, active }: InstalledRecord): readonly DownloadRecord[] {
  const known = journal.views.size > 0 ? [...journal.views.values()].map(({ record }) => record) : opened?.restored
  return (known ?? []).filter(
    ({ state, plan }) =>
      state === 'installed' &&
      plan?.pluginId === pluginId &&
      plan.version === active.version &&
      (plan.partialKey === active.address || plan.integrity === active.integrity),
  )
}

function rolledBack(task: DownloadRecord, to: VersionRecord | undefined): DownloadRecord {
  return { ...task, state: 'rolledBack', plan: task.plan && { ...task.plan, previousVersion: to?.version } }
}

function taskChange(task: DownloadRecord): RecordChange {
  return { key: RECORD_KINDS.download + task.taskId, value: task }
}
