import { describe, expect, it } from 'vitest'
import { RECORD_KINDS } from '../../../src/domain/records.js'
import { createStorageGate } from './storageGate.js'
import {
  confirmActive,
  createVersionStage,
  healthOf,
  hear,
  ID,
  importedVersion,
  loadedVersion,
  openUpdated,
  recordKeys,
} from './versionStage.js'

const SECONDS = 1000

describe('a trial begins', () => {
  it('read, text, blob, stream, verify -> none; the version stays untried', async () => {
    const { stage, dock } = await openUpdated()
    const loaded = await dock.plugins.load(ID)
    await Promise.all([loaded.read(), loaded.text(), loaded.blob(), new Response(loaded.stream()).arrayBuffer()])
    await dock.storage.verify(ID)
    await stage.clock.advance(60 * SECONDS)
    expect(await healthOf(dock)).toBe('untried')
    expect(await recordKeys(stage, RECORD_KINDS.trial)).toEqual([])
  })

  it.each([
    ['import()', (dock: Dock) => importedVersion(dock)],
    ['url()', async (dock: Dock) => (await dock.plugins.load(ID)).url()],
    ['activate()', (dock: Dock) => dock.plugins.activate(ID, () => {})],
  ])('%s -> trial, and its counter is written before', async (_, use) => {
    const { stage, dock } = await openUpdated()
    await use(dock)
    expect(await healthOf(dock)).toBe('trial')
    expect(await recordKeys(stage, RECORD_KINDS.trial)).toHaveLength(1)
  })

  it('its counter cannot be written -> no code runs', async () => {
    const gate = createStorageGate()
    const stage = createVersionStage(gate)
    const dock = await stage.open()
    await stage.install(dock, '1.0.0', { body: 'globalThis.ranWithoutRecord = true' })
    const allow = gate.refuse(({ name }) => name.includes(RECORD_KINDS.trial), new Error('The disk is broken'))
    await expect(importedVersion(dock)).rejects.toMatchObject({ code: 'unsupported' })
    expect('ranWithoutRecord' in globalThis).toBe(false)
    allow()
    expect(await importedVersion(dock)).toBe('1.0.0')
  })
})

type Dock = Awaited<ReturnType<typeof openUpdated>>['dock']

describe('a trial ends well', () => {
  it('ten seconds without a complaint -> healthy, not a moment earlier', async () => {
    const { stage, dock } = await openUpdated()
    await importedVersion(dock)
    await stage.clock.advance(9.9 * SECONDS)
    expect(await healthOf(dock)).toBe('trial')
    await stage.clock.advance(0.2 * SECONDS)
    expect(await healthOf(dock)).toBe('healthy')
  })

  it('hidden in between -> only visible time counts', async () => {
    const { stage, dock } = await openUpdated()
    await importedVersion(dock)
    await stage.clock.advance(5 * SECONDS)
    stage.host.conditions.change({ visible: false })
    await stage.clock.advance(3600 * SECONDS)
    expect(await healthOf(dock)).toBe('trial')
    stage.host.conditions.change({ visible: true })
    await stage.clock.advance(4.9 * SECONDS)
    expect(await healthOf(dock)).toBe('trial')
    await stage.clock.advance(0.2 * SECONDS)
    expect(await healthOf(dock)).toBe('healthy')
  })

  it('its start takes a minute -> time counts from its end', async () => {
    const { stage, dock } = await openUpdated()
    let ready = (): void => {}
    const activating = dock.plugins.activate(ID, () => new Promise<void>((resolve) => (ready = resolve)))
    await stage.clock.advance(60 * SECONDS)
    expect(await healthOf(dock)).toBe('trial')
    ready()
    await activating
    await stage.clock.advance(11 * SECONDS)
    expect(await healthOf(dock)).toBe('healthy')
  })

  it('explicit, confirmed -> healthy at once', async () => {
    const stage = createVersionStage()
    const dock = await stage.open({ health: { confirm: 'explicit' } })
    await stage.install(dock, '1.0.0')
    await dock.plugins.activate(ID, (plugin) => plugin.confirmHealthy())
    expect(await healthOf(dock)).toBe('healthy')
  })

  it('that cannot be written -> confirmHealthy says so, the version runs on, and it is written later', async () => {
    const gate = createStorageGate()
    const stage = createVersionStage(gate)
    const dock = await stage.open()
    await stage.install(dock, '1.0.0')
    const loaded = await dock.plugins.load(ID)
    await loaded.import()
    const allow = gate.refuse(({ name }) => name.includes(RECORD_KINDS.history), new Error('The disk is broken'))
    await expect(loaded.confirmHealthy()).rejects.toMatchObject({ code: 'unsupported' })
    expect(await healthOf(dock)).toBe('trial')
    allow()
    await stage.clock.advance(11 * SECONDS)
    expect(await healthOf(dock)).toBe('healthy')
  })
})

describe('a trial is lost', () => {
  it('explicit, and silence -> rolled back when its time has passed', async () => {
    const stage = createVersionStage()
    const dock = await stage.open({ health: { confirm: 'explicit', timeoutMs: 2000 } })
    await stage.installHealthy(dock, '1.0.0')
    await stage.install(dock, '2.0.0')
    const signals: AbortSignal[] = []
    await dock.plugins.activate(ID, (_, { signal }) => void signals.push(signal))
    await stage.clock.advance(1900)
    expect(signals[0]?.aborted).toBe(false)
    await stage.clock.advance(200)
    expect(signals[0]?.aborted).toBe(true)
    expect(await loadedVersion(dock)).toBe('1.0.0')
  })

  it('reportFailure while the records are told that it works -> the version before', async () => {
    const gate = createStorageGate()
    const stage = createVersionStage(gate)
    const dock = await stage.open()
    await stage.installHealthy(dock, '1.0.0')
    await stage.install(dock, '2.0.0')
    const loaded = await dock.plugins.load(ID)
    await loaded.import()
    const held = gate.hold(({ operation, name }) => operation === 'commit' && name.includes(RECORD_KINDS.history))
    const confirming = loaded.confirmHealthy().catch(() => {})
    await held.reached
    const failing = loaded.reportFailure(new Error('It draws nothing'))
    held.release()
    await Promise.all([confirming, failing])
    expect(await loadedVersion(dock)).toBe('1.0.0')
  })

  it('reportFailure -> the version before, one notification, and the task says so', async () => {
    const { dock, task } = await openUpdated()
    const heard = hear(dock)
    const emitted: unknown[] = []
    dock.supervisor.on('download.rolledBack', (event) => emitted.push(event))
    const loaded = await dock.plugins.load(ID)
    await loaded.import()
    await loaded.reportFailure(new Error('It draws nothing'))
    expect(await loadedVersion(dock)).toBe('1.0.0')
    const about = { taskId: task.id, pluginId: ID, version: '2.0.0' }
    expect(heard).toMatchObject([
      { type: 'rolledBack', ...about, rollback: { to: '1.0.0', cause: 'reported', until: expect.any(Number) } },
    ])
    expect(emitted).toMatchObject([{ type: 'download.rolledBack', ...about, to: '1.0.0', reason: 'It draws nothing' }])
    expect(dock.downloads.getTask(task.id)?.progress).toMatchObject({ state: 'rolledBack', previousVersion: '1.0.0' })
    await expect(dock.downloads.getTask(task.id)?.finished).resolves.toBeDefined()
    await expect(loaded.import()).rejects.toMatchObject({ code: 'quarantined' })
  })

  it('its code throws when it is imported -> the same, and the next load gives the one before', async () => {
    const { dock } = await openUpdated(`throw new Error('Broken build')`)
    await expect(importedVersion(dock)).rejects.toThrow('Broken build')
    expect(await importedVersion(dock)).toBe('1.0.0')
    const [, bad] = await dock.plugins.versions(ID)
    expect(bad).toMatchObject({
      version: '2.0.0',
      role: 'quarantined',
      quarantine: { reason: 'Broken build', failures: 1, cause: 'failed' },
    })
  })

  it('there is none before -> quarantined, its bytes stay, and load says why', async () => {
    const stage = createVersionStage()
    const dock = await stage.open()
    const task = await stage.install(dock, '1.0.0')
    const heard = hear(dock)
    const loaded = await dock.plugins.load(ID)
    await loaded.reportFailure('no pictures')
    await loaded.close()
    await expect(dock.plugins.load(ID)).rejects.toMatchObject({ code: 'quarantined', version: '1.0.0' })
    expect(await dock.plugins.versions(ID)).toMatchObject([{ version: '1.0.0', role: 'quarantined' }])
    expect(await stage.host.bundles.list()).toHaveLength(1)
    expect(heard).toMatchObject([{ type: 'failed', failure: { code: 'quarantined' } }])
    expect(task.progress.state).toBe('installed')
  })
})

describe('L5 a ready signal of an earlier activation', () => {
  it('of a load whose trial has ended -> means nothing', async () => {
    const { dock } = await openUpdated()
    const early = await dock.plugins.load(ID)
    await early.import()
    await early.reportFailure('broken')
    await dock.plugins.release(ID, '2.0.0')
    await dock.plugins.rollback(ID)
    expect(await loadedVersion(dock)).toBe('2.0.0')
    const late = await dock.plugins.load(ID)
    await late.url()
    await early.confirmHealthy()
    expect(await healthOf(dock)).toBe('trial')
    await late.confirmHealthy()
    expect(await healthOf(dock)).toBe('healthy')
  })

  it('of a load that only read, while another one runs the code -> means nothing', async () => {
    const { dock } = await openUpdated()
    const reader = await dock.plugins.load(ID)
    await importedVersion(dock)
    await reader.confirmHealthy()
    expect(await healthOf(dock)).toBe('trial')
  })
})

describe('L6 no ready signal, and the app ends in order', () => {
  it.each([
    ['closed', async (stage: Stage, dock: Dock) => dock.close().then(() => stage.open())],
    ['a person closed the page, or SIGTERM', async (stage: Stage) => endInOrder(stage)],
  ])('%s, ten times after two seconds -> no death, and the version runs', async (_, restart) => {
    const { stage, dock: first } = await openUpdated()
    let dock = first
    for (let round = 0; round < 10; round++) {
      expect(await importedVersion(dock)).toBe('2.0.0')
      await stage.clock.advance(2 * SECONDS)
      dock = await restart(stage, dock)
    }
    expect(await loadedVersion(dock)).toBe('2.0.0')
  })
})

type Stage = ReturnType<typeof createVersionStage>

async function endInOrder(stage: Stage): Promise<Dock> {
  stage.host.tellEnd()
  return stage.crashAndOpen()
}

describe('L7 a version that was confirmed fails later', () => {
  it('reportFailure -> it stays, and rollback is for the app to ask', async () => {
    const { dock } = await openUpdated()
    await confirmActive(dock)
    const loaded = await dock.plugins.load(ID)
    await loaded.reportFailure(new Error('A bad day'))
    expect(await loadedVersion(dock)).toBe('2.0.0')
    expect(await dock.plugins.rollback(ID)).toMatchObject({ version: '1.0.0' })
    expect(await loadedVersion(dock)).toBe('1.0.0')
  })

  it('activate -> rejects with its own error', async () => {
    const { dock } = await openUpdated()
    await confirmActive(dock)
    const start = () => Promise.reject(new RangeError('A bad day'))
    await expect(dock.plugins.activate(ID, start)).rejects.toThrow(RangeError)
    expect(await loadedVersion(dock)).toBe('2.0.0')
  })
})

describe('a page that follows', () => {
  it('runs what is not confirmed -> its trial, which the leader records', async () => {
    const stage = createVersionStage({ pages: true })
    const leader = await stage.open()
    await stage.install(leader, '1.0.0')
    const follower = await stage.open()
    const loaded = await follower.plugins.load(ID)
    expect(await loaded.import()).toMatchObject({ version: '1.0.0' })
    expect(await healthOf(leader)).toBe('trial')
    expect(await follower.plugins.activate(ID, (plugin) => plugin.version)).toBe('1.0.0')
    await loaded.confirmHealthy()
    expect(await healthOf(follower)).toBe('healthy')
    expect(await healthOf(leader)).toBe('healthy')
  })

  it('the leader found it broken -> it is not run here either', async () => {
    const stage = createVersionStage({ pages: true })
    const leader = await stage.open()
    await stage.install(leader, '1.0.0')
    const follower = await stage.open()
    const loaded = await follower.plugins.load(ID)
    await (await leader.plugins.load(ID)).reportFailure('broken')
    await stage.clock.settle()
    await expect(loaded.import()).rejects.toMatchObject({ code: 'quarantined' })
    await expect(follower.plugins.load(ID)).rejects.toMatchObject({ code: 'quarantined' })
  })
})

describe('a version is deleted while it is on trial', () => {
  it('and the dock is closed -> nothing is left of the trial', async () => {
    const { stage, dock } = await openUpdated()
    await importedVersion(dock)
    await dock.storage.deletePlugin(ID)
    await dock.close()
    expect(await recordKeys(stage, RECORD_KINDS.trial)).toEqual([])
  })

  it('and the process dies -> nothing is left of it once the next dock was open', async () => {
    const { stage, dock } = await openUpdated()
    await importedVersion(dock)
    await dock.storage.deletePlugin(ID)
    const again = await stage.crashAndOpen()
    await again.close()
    expect(await recordKeys(stage, RECORD_KINDS.trial)).toEqual([])
  })
})
