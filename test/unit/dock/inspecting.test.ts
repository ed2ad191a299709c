import { createInspector, type StatelyInspectionEvent } from '@statelyai/inspect'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type AnyActorRef, createMachine, type InspectionEvent } from 'xstate'
import type { PluginDock } from '../../../src/dock/types.js'
import { inspectActors } from '../../../src/index.js'
import { always, dropAfter, stall, status } from '../../../src/testing/index.js'
import { confirmActive, createVersionStage, importedVersion, type VersionStage } from './versionStage.js'

const LARGEST_MESSAGE_BYTES = 16 * 1024
const SECONDS = 1000

/** Stately's own inspector, in memory. */
function createMemoryInspector() {
  const messages: StatelyInspectionEvent[] = []
  const { inspect } = createInspector({ send: (message) => messages.push(message) })
  return {
    inspect,
    /** What it was told so far. It looks at what happened when the event loop is idle. */
    async told(): Promise<readonly StatelyInspectionEvent[]> {
      await new Promise((resolve) => setTimeout(resolve))
      return messages
    },
  }
}

const sizeOf = (message: StatelyInspectionEvent): number => Buffer.byteLength(JSON.stringify(message))
const describeMessage = (message: StatelyInspectionEvent): string => JSON.stringify(message).slice(0, 400)

/** Whether a value is bytes, or is what becomes of bytes as text: a long run of small numbers. */
function isBytes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof Blob) return true
  const items = Object.values(value)
  return items.length > 16 && items.every((item) => Number.isInteger(item) && item >= 0 && item < 256)
}

function holdsBytes(message: StatelyInspectionEvent): boolean {
  let found = false
  JSON.stringify(message, (_, value) => {
    found ||= isBytes(value)
    return value
  })
  return found
}

/** Of every kind of thing that happens to a download, once. */
async function liveWholeLife(stage: VersionStage, dock: PluginDock): Promise<void> {
  const { origin, clock } = stage
  await stage.installHealthy(dock, '1.0.0')
  const large = await stage.publish({ id: 'acme.scenes', size: 3_000_000 })
  origin.script(large.path, dropAfter(100_000))
  origin.script(large.path, stall(200_000))
  const task = await dock.downloads.startDownload(large.url)
  await stage.until(task, 'retrying')
  await dock.downloads.pauseDownload(task.id)
  await stage.until(task, 'paused')
  await dock.downloads.resumeDownload(task.id)
  await stage.until(task, 'installed')

  const gone = await stage.publish({ id: 'acme.gone' })
  origin.script(gone.path, always(status(404)))
  const failed = await dock.downloads.startDownload(gone.url)
  failed.finished.catch(() => {})
  await stage.until(failed, 'failed')
  origin.unscript()
  await dock.downloads.retryDownload(failed.id)
  await stage.until(failed, 'installed')

  const given = await stage.publish({ id: 'acme.given', size: 5_000_000 })
  const cancelled = await dock.downloads.startDownload(given.manifest, { baseUrl: given.url })
  cancelled.finished.catch(() => {})
  await dock.downloads.cancelDownload(cancelled.id)

  await stage.install(dock, '2.0.0', { body: 'throw new Error("broken")' })
  await importedVersion(dock).catch(() => {})
  await clock.advance(10 * SECONDS)
  expect(await importedVersion(dock)).toBe('1.0.0')
  await confirmActive(dock)
  await dock.storage.evictLeastRecentlyUsed(1_000_000)
  await dock.close()
}

describe('every message of a whole life', () => {
  it('installed, cut, stalled, paused, failed, retried, cancelled, rolled back, evicted, closed -> small, whole, without bytes', async () => {
    const stage = createVersionStage()
    const { inspect, told } = createMemoryInspector()
    const dock = await stage.open({ inspect })
    await liveWholeLife(stage, dock)
    const messages = await told()
    const types = new Set(messages.flatMap((message) => (message.type === '@xstate.event' ? [message.event.type] : [])))
    for (const type of ['download.pause', 'download.retry', 'transfer.failed', 'plugin.failed', 'version.rolledBack'])
      expect(types).toContain(type)
    expect(messages.length).toBeGreaterThan(200)

    expect(messages.filter(holdsBytes).map(describeMessage)).toEqual([])
    expect(messages.filter((message) => sizeOf(message) > LARGEST_MESSAGE_BYTES).map(describeMessage)).toEqual([])
  })

  it('-> each is of an actor that was introduced before, by a parent that was, with a definition that can be read', async () => {
    const stage = createVersionStage()
    const { inspect, told } = createMemoryInspector()
    const dock = await stage.open({ inspect })
    await liveWholeLife(stage, dock)
    const known = new Set<string | undefined>([undefined])
    const charts = new Set<string>()
    for (const message of await told()) {
      if (message.type === '@xstate.actor') {
        expect(known).toContain(message.parentId)
        known.add(message.sessionId)
        charts.add(createMachine(JSON.parse(message.definition ?? '{}')).id)
      } else {
        expect(known).toContain(message.sessionId)
        if (message.type === '@xstate.event') expect(known).toContain(message.sourceId)
      }
    }
    for (const name of ['supervisor', 'download', 'activation', 'fleet', 'transfer', 'rollBack'])
      expect(charts).toContain(name)
  })
})

describe('an inspector that comes late', () => {
  it('-> hears of every actor that is alive, parents first, as it would have from the start; then of what happens', async () => {
    const stage = createVersionStage()
    const first = createMemoryInspector()
    const dock = await stage.open({ inspect: first.inspect })
    const plugin = await stage.publish({ size: 1_000_000 })
    const stalled = stage.origin.next('stall')
    stage.origin.script(plugin.path, stall(100_000))
    const task = await dock.downloads.startDownload(plugin.url)
    await stage.clock.settle()
    await stalled

    const late = createMemoryInspector()
    const attached = inspectActors(dock.supervisor, late.inspect)
    const namesOf = (messages: readonly StatelyInspectionEvent[]) =>
      messages.flatMap((message) => (message.type === '@xstate.actor' ? [message.name] : []))
    const introduced = namesOf(await late.told())
    expect(introduced).toEqual(expect.arrayContaining(['supervisor', 'fleet', task.id, 'transfer']))
    expect(introduced.indexOf('fleet')).toBeLessThan(introduced.indexOf(task.id))
    expect(introduced.indexOf(task.id)).toBeLessThan(introduced.indexOf('transfer'))
    expect(namesOf(await first.told())).toEqual(expect.arrayContaining(introduced))

    await dock.downloads.pauseDownload(task.id)
    const states = (await late.told()).flatMap((message) =>
      message.type === '@xstate.snapshot' && 'value' in message.snapshot ? [message.snapshot.value] : [],
    )
    expect(states).toContain('paused')

    attached.unsubscribe()
    const heard = (await late.told()).length
    await dock.downloads.cancelDownload(task.id)
    expect(await late.told()).toHaveLength(heard)
  })
})

const textOf = (happened: InspectionEvent): string =>
  JSON.stringify([happened.type, 'event' in happened && happened.event, 'snapshot' in happened && happened.snapshot])

/** Characters of the longest that is told of the supervisor and of the fleet, by what it is about. */
async function longestMessages(downloads: number): Promise<ReadonlyMap<string, number>> {
  const stage = createVersionStage()
  const longest = new Map<string, number>()
  const inspect = (happened: InspectionEvent): void => {
    const { id, sessionId } = happened.actorRef as AnyActorRef // reason: all of plugdock's are actors
    const role = sessionId === happened.rootId ? 'supervisor' : id
    if ((role !== 'fleet' && role !== 'supervisor') || !('event' in happened)) return
    const name = `${role}: ${happened.type} of ${happened.event.type}`
    longest.set(name, Math.max(longest.get(name) ?? 0, textOf(happened).length))
  }
  const dock = await stage.open({ inspect })
  stage.host.conditions.change({ online: false })
  for (let at = 0; at < downloads; at++)
    dock.supervisor.send({ type: 'download.start', source: `https://cdn.example/${at}/manifest.json` })
  await stage.clock.settle()
  expect(dock.downloads.getTasks()).toHaveLength(downloads)
  await dock.policy.change({ limitBytesPerSecond: 1000 })
  await dock.close()
  return longest
}

describe('an inspector that throws', () => {
  it.each(['from the start', 'late'])('%s -> its error disturbs nothing, and is not lost', async (time) => {
    const thrown = catchUncaught()
    let isBroken = true
    const inspect = (): void => {
      if (!isBroken) return
      isBroken = false
      throw new Error('The inspector is broken')
    }
    const stage = createVersionStage()
    const dock = await stage.open(time === 'late' ? {} : { inspect })
    if (time === 'late') inspectActors(dock.supervisor, inspect)
    await stage.install(dock, '1.0.0')
    await new Promise((resolve) => setTimeout(resolve))
    expect(thrown).toEqual(['The inspector is broken'])
  })
})

/** Messages of errors that nobody caught, until the test is over; without it, they fail the run. */
function catchUncaught(): readonly string[] {
  const thrown: string[] = []
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', ({ message }) => thrown.push(message))
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException')
    for (const listener of listeners) process.on('uncaughtException', listener)
  })
  return thrown
}

describe('10,000 downloads', () => {
  it('-> what is told of the supervisor and of the fleet stays small, and is no longer than with 1,000', async () => {
    const some = await longestMessages(1000)
    const many = await longestMessages(10_000)
    expect([...many.keys()]).toContain('supervisor: @xstate.snapshot of tasks.recorded')
    // of each id that a batch names, one digit
    const digits = 300
    expect([...many].filter(([name, length]) => length > (some.get(name) ?? length) + digits)).toEqual([])
    expect([...many].filter(([, length]) => length > LARGEST_MESSAGE_BYTES)).toEqual([])
  }, 60_000)
})
