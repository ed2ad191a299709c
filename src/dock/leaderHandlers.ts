import type { SupervisorCommand } from '../../machines/supervisor.types.js'
import { type DockState, storesOf } from '../actors/dockState.js'
import { versionsOf } from '../actors/installedIndex.js'
import { collectReleased, writeUse } from '../actors/lastUse.js'
import { judging } from '../actors/laterParts.js'
import { removeUnneeded } from '../actors/removal.js'
import type { LeaderHandlers } from '../actors/tabs/leaderMethods.js'
import { wholly } from '../actors/wholeWork.js'
import { NotInstalledError } from '../domain/errors/index.js'
import type { NamedVersion } from '../domain/versions.js'
import { Closing } from './closing.js'
import { DownloadCommands } from './downloadCommands.js'
import { leading } from './laterParts.js'

interface Addressee {
  send(command: SupervisorCommand): void
}

/** What a page does that leads, for itself and for every other. */
export function leaderHandlers(state: DockState, supervisor: Addressee): LeaderHandlers {
  const send = (command: SupervisorCommand): void => supervisor.send(command)
  const downloads = new DownloadCommands(state, send, new Closing(state))
  return {
    'downloads.start': (context, source, options) => downloads.start(context, source, options),
    'downloads.pause': (_, taskId) => downloads.pause(taskId),
    'downloads.resume': (_, taskId) => downloads.apply({ type: 'download.resume', taskId }),
    'downloads.cancel': (_, taskId) => downloads.cancel(taskId),
    'downloads.retry': (_, taskId) => downloads.apply({ type: 'download.retry', taskId }),
    async 'downloads.approve'(_, taskId, always) {
      await downloads.apply({ type: 'download.approve', taskId, always })
      if (always) await state.policy.whenWritten()
    },
    'downloads.reprioritize': (_, taskId, priority) =>
      downloads.apply({ type: 'download.reprioritize', taskId, priority }),
    'downloads.limit': (_, taskId, bytesPerSecond) =>
      downloads.apply({ type: 'download.limit', taskId, bytesPerSecond }),
    'downloads.pauseAll': () => downloads.pauseAll(),
    'downloads.resumeAll': () => downloads.resumeAll(),
    'downloads.dismiss': (context, taskId) => downloads.dismiss(context, taskId),
    'downloads.dismissSettled': () => downloads.dismissSettled(),
    ...policyHandlers(state, send),
    ...storageHandlers(state),
    ...pluginHandlers(state),
    'supervisor.send': async ({ id }, command) =>
      send(command.type === 'download.start' ? named(command, id) : command),
  }
}

type StartCommand = Extract<SupervisorCommand, { type: 'download.start' }>

/** So that the same command that comes twice is one. */
function named(command: StartCommand, requestId: string): StartCommand {
  return { requestId, ...command }
}

type Handlers<Part extends string> = Pick<LeaderHandlers, Extract<keyof LeaderHandlers, `${Part}.${string}`>>

function policyHandlers({ policy }: DockState, send: (command: SupervisorCommand) => void): Handlers<'policy'> {
  return {
    'policy.change': (_, part) => {
      send({ type: 'policy.change', part })
      return policy.whenWritten()
    },
    'policy.reset': () => {
      send({ type: 'policy.reset' })
      return policy.whenWritten()
    },
  }
}

function storageHandlers(state: DockState): Handlers<'storage'> {
  return {
    async 'storage.delete'({ isRepeated }, pluginId) {
      const { index } = storesOf(state)
      // whoever led before has done it
      if (isRepeated && !index.get(pluginId)) return
      assertInstalled(state, pluginId)
      await wholly(state, async () => {
        const removed = await index.update(pluginId, () => undefined)
        for (const { address } of removed ? versionsOf(removed) : []) await removeUnneeded(state, address)
      })
    },
    async 'storage.setPinned'(_, pluginId, pinned) {
      assertInstalled(state, pluginId)
      await storesOf(state).index.update(pluginId, (current) =>
        current?.pinned === pinned ? current : current && { ...current, pinned },
      )
      // what may be evicted now may be what a download waits for
      state.space.looks.next()
    },
    async 'storage.cleanUp'() {
      const { removeOldVersions, sumOfSizes } = await leading.load(state.host)
      const removed = await removeOldVersions(state)
      return { removed, bytesFreed: sumOfSizes(removed) }
    },
    async 'storage.evict'({ isRepeated }, bytesToFree, heldBytes) {
      const freedBytes = isRepeated ? Math.max(0, heldBytes - heldBytesOf(state)) : 0
      const { evictInOrder } = await leading.load(state.host)
      return evictInOrder(state, Math.max(0, bytesToFree - freedBytes))
    },
    'storage.evictItems': async (_, items, evenPinned) =>
      (await leading.load(state.host)).evictChosen(state, items, { evenPinned }),
    'storage.collectOrphans': async () => (await leading.load(state.host)).collectOrphans(state, { dryRun: false }),
    'storage.availableSpace': async () => Math.max(0, await (await leading.load(state.host)).measureFree(state)),
  }
}

/** Of all versions of all plugins. */
export function heldBytesOf(state: DockState): number {
  const versions = storesOf(state).index.all().flatMap(versionsOf)
  return versions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

function pluginHandlers(state: DockState): Handlers<'plugins' | 'trials'> {
  return {
    async 'plugins.rollBack'(_, pluginId, from) {
      const active = assertInstalled(state, pluginId)
      const { rollBack } = await judging.load(state.host)
      await rollBack(state, pluginId, from)
      if (active.address === from) state.trials.abandon({ pluginId, version: active })
    },
    'plugins.release': async (_, pluginId, version) =>
      (await judging.load(state.host)).release(state, pluginId, version),
    async 'plugins.used'(_, pluginId) {
      state.uses.next()
      await writeUse(state, pluginId)
    },
    async 'plugins.released'(_, address) {
      await collectReleased(state, address)
      state.uses.next()
    },
    'plugins.repair': async (_, damaged) => {
      const { repair } = await leading.load(state.host)
      return repair(state, ownOf(state, damaged))
    },
    async 'plugins.noteDamage'(_, { pluginId, version: { address } }, isDamaged) {
      const damagedAt = isDamaged ? state.host.clock.now() : undefined
      await storesOf(state).index.amend({ pluginId, address }, (version) => ({ ...version, damagedAt }))
    },
    async 'plugins.noteProof'(_, { pluginId, version: { address, integrity } }) {
      await storesOf(state).index.amend({ pluginId, address }, (version) =>
        version.integrity === integrity ? { ...version, isWholeProven: true } : version,
      )
    },
    async 'plugins.stepBack'(_, damaged, to) {
      const { stepBack } = await judging.load(state.host)
      await stepBack(state, damaged, to)
      state.trials.abandon(damaged)
    },
    'trials.begin': async (_, version, token) => (await judging.load(state.host)).beginTrial(state, version, token),
    'trials.confirm': async (_, version) => (await judging.load(state.host)).confirm(state, version),
    async 'trials.fail'(_, version, verdict) {
      const { fail } = await judging.load(state.host)
      await fail(state, version, verdict)
    },
    'trials.end': async (_, tokens) => (await judging.load(state.host)).endTrials(state, new Set(tokens)),
  }
}

function assertInstalled(state: DockState, pluginId: string) {
  const record = storesOf(state).index.get(pluginId)
  if (record) return record.active
  throw new NotInstalledError(`${pluginId} is not installed`, { pluginId })
}

/** The record that is kept here, of a version that came by message. */
function ownOf(state: DockState, { pluginId, version }: NamedVersion): NamedVersion {
  const plugin = storesOf(state).index.get(pluginId)
  const own = plugin && versionsOf(plugin).find(({ address }) => address === version.address)
  return { pluginId, version: own ?? version }
}
