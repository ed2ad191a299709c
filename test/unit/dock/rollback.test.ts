import { describe, expect, it } from 'vitest'
import type { PluginDock } from '../../../src/dock/types.js'
import { StorageError } from '../../../src/domain/errors/index.js'
import { always, status } from '../../../src/testing/index.js'
import { createStorageGate, writesInstalled } from './storageGate.js'
import {
  confirmActive,
  createVersionStage,
  hear,
  ID,
  importedVersion,
  loadedVersion,
  type VersionStage,
  versionsOf,
} from './versionStage.js'

async function openTwo(stage = createVersionStage()) {
  const dock = await stage.open()
  await stage.installHealthy(dock, '1.0.0')
  const task = await stage.install(dock, '2.0.0')
  return { stage, dock, task }
}

async function addressOf(dock: PluginDock, version: string): Promise<string> {
  const found = (await dock.plugins.versions(ID)).find((other) => other.version === version)
  if (!found) throw new Error(`${version} is not on the disk`)
  return found.address
}

async function lose(stage: VersionStage, dock: PluginDock, version: string): Promise<void> {
  await stage.host.bundles.deleteBundle(await addressOf(dock, version))
}

async function flip(stage: VersionStage, dock: PluginDock, version: string): Promise<void> {
  const stored = stage.host.bundles.bytesOf('bundle', await addressOf(dock, version))
  if (stored) stored[0] = (stored[0] ?? 0) ^ 1
}

function cutOff(stage: VersionStage): void {
  stage.host.conditions.change({ online: false })
  for (const version of ['1.0.0', '2.0.0']) stage.origin.script(`/${ID}/${ID}-${version}.bin`, always(status(404)))
}

describe('L2 the active version is bad, the one before is good', () => {
  it('its bytes are gone and its source too -> the one before is used from now on, and that is told', async () => {
    const { stage, dock, task } = await openTwo()
    const heard = hear(dock)
    await lose(stage, dock, '2.0.0')
    cutOff(stage)
    expect(await loadedVersion(dock)).toBe('1.0.0')
    expect(heard).toMatchObject([{ type: 'rolledBack', taskId: task.id, version: '2.0.0' }])
    expect(await versionsOf(dock)).toBe('1.0.0 active, 2.0.0 previous')
    expect(dock.downloads.getTask(task.id)?.progress.state).toBe('rolledBack')
  })

  it('and is downloaded again -> active again: nothing was wrong with its code', async () => {
    const { stage, dock } = await openTwo()
    await lose(stage, dock, '2.0.0')
    cutOff(stage)
    await loadedVersion(dock)
    stage.host.conditions.change({ online: true })
    await stage.clock.advance(1000)
    stage.origin.unscript()
    await stage.install(dock, '2.0.0')
    expect(await importedVersion(dock)).toBe('2.0.0')
  })

  it('one byte is wrong, found by a read -> that read says corrupt, the next load gives the one before', async () => {
    const { stage, dock } = await openTwo()
    await flip(stage, dock, '2.0.0')
    cutOff(stage)
    const loaded = await dock.plugins.load(ID)
    await expect(loaded.read()).rejects.toMatchObject({ code: 'corrupt' })
    await loaded.close()
    expect(await importedVersion(dock)).toBe('1.0.0')
  })

  it('one byte is wrong, found by activate -> the one before starts, and nothing is quarantined', async () => {
    const { stage, dock } = await openTwo()
    await flip(stage, dock, '2.0.0')
    cutOff(stage)
    expect(
      await dock.plugins.activate(ID, async (plugin) => (await plugin.import<{ version: string }>()).version),
    ).toBe('1.0.0')
    expect(await versionsOf(dock)).toBe('1.0.0 active, 2.0.0 previous')
  })

  it('its source can be reached -> repaired, and nothing is rolled back', async () => {
    const { stage, dock } = await openTwo()
    await lose(stage, dock, '2.0.0')
    expect(await importedVersion(dock)).toBe('2.0.0')
  })
})

describe('L3 both are bad', () => {
  it('bytes of both are gone, no source -> corrupt, with what was tried; the app runs, and it heals later', async () => {
    const { stage, dock } = await openTwo()
    await lose(stage, dock, '2.0.0')
    await lose(stage, dock, '1.0.0')
    cutOff(stage)
    const loading = dock.plugins.load(ID)
    await expect(loading).rejects.toMatchObject({ code: 'corrupt', version: '2.0.0' })
    await expect(loading).rejects.toThrow(/1\.0\.0/)
    expect(await versionsOf(dock)).toBe('2.0.0 active, 1.0.0 previous')
    stage.host.conditions.change({ online: true })
    stage.origin.unscript()
    await stage.clock.advance(11_000)
    expect(await importedVersion(dock)).toBe('2.0.0')
  })

  it('the new one fails its trial, bytes of the other are gone, no source -> corrupt, and no loop', async () => {
    const { stage, dock } = await openTwo()
    await lose(stage, dock, '1.0.0')
    cutOff(stage)
    await expect(dock.plugins.activate(ID, () => Promise.reject(new Error('broken')))).rejects.toMatchObject({
      code: 'corrupt',
      version: '1.0.0',
    })
  })
})

describe('L8 the version to go back to was evicted', () => {
  it('by the browser, and its source can be reached -> fetched again, the very same', async () => {
    const { stage, dock } = await openTwo()
    await lose(stage, dock, '1.0.0')
    stage.origin.forgetRequests()
    const result = await dock.plugins.activate(ID, (plugin) => {
      if (plugin.version === '2.0.0') throw new Error('broken')
      return plugin.import<{ version: string }>()
    })
    expect(result.version).toBe('1.0.0')
    expect(stage.origin.bytesSent(`/${ID}/${ID}-1.0.0.bin`)).toBeGreaterThan(0)
  })

  it('three updates that nobody has confirmed, one version may be kept -> the healthy one stays', async () => {
    const stage = createVersionStage()
    const dock = await stage.open()
    for (const version of ['1.0.0']) await stage.installHealthy(dock, version)
    for (const version of ['2.0.0', '3.0.0', '4.0.0']) await stage.install(dock, version)
    expect(await versionsOf(dock)).toBe('4.0.0 active, 1.0.0 previous')
    const loaded = await dock.plugins.load(ID)
    await loaded.reportFailure('broken')
    expect(await loadedVersion(dock)).toBe('1.0.0')
  })

  it('S29 room is made while a version is on trial -> what it would fall back to stays', async () => {
    const { dock } = await openTwo()
    await importedVersion(dock)
    await dock.storage.evictLeastRecentlyUsed(1_000_000)
    expect(await versionsOf(dock)).toBe('2.0.0 active, 1.0.0 previous')
    await dock.storage.cleanupOldVersions()
    expect(await versionsOf(dock)).toBe('2.0.0 active, 1.0.0 previous')
  })
})

describe('L9 a roll back is interrupted', () => {
  it('the process dies before it is written -> the version is still on trial, and fails again', async () => {
    const gate = createStorageGate()
    const { stage, dock } = await openTwo(createVersionStage(gate))
    const loaded = await dock.plugins.load(ID)
    await loaded.import()
    const held = gate.hold(writesInstalled)
    void loaded.reportFailure('broken').catch(() => {})
    await held.reached
    const next = await stage.crashAndOpen()
    held.release()
    expect(await versionsOf(next)).toBe('2.0.0 active, 1.0.0 previous')
    const again = await next.plugins.load(ID)
    await again.reportFailure('broken')
    expect(await versionsOf(next)).toBe('1.0.0 active, 2.0.0 quarantined')
  })

  it('the process dies when it is written -> it is complete: record, task and quarantine are one commit', async () => {
    const { stage, dock, task } = await openTwo()
    const loaded = await dock.plugins.load(ID)
    await loaded.reportFailure('broken')
    const next = await stage.crashAndOpen()
    expect(await loadedVersion(next)).toBe('1.0.0')
    expect(next.downloads.getTask(task.id)?.progress.state).toBe('rolledBack')
    await expect(next.downloads.getTask(task.id)?.finished).resolves.toMatchObject({ version: '1.0.0' })
  })

  it('it cannot be written -> reportFailure says so, and the old record stands', async () => {
    const gate = createStorageGate()
    const { dock } = await openTwo(createVersionStage(gate))
    const loaded = await dock.plugins.load(ID)
    await loaded.import()
    const allow = gate.refuse(writesInstalled, new StorageError('The disk is broken'))
    await expect(loaded.reportFailure('broken')).rejects.toMatchObject({ code: 'storage' })
    allow()
    expect(await versionsOf(dock)).toBe('2.0.0 active, 1.0.0 previous')
    await loaded.import()
    await loaded.reportFailure('broken')
    expect(await loadedVersion(dock)).toBe('1.0.0')
  })
})

describe('rollback', () => {
  it('a healthy version -> the one before is active, nothing is quarantined, and the task says so', async () => {
    const { dock, task } = await openTwo()
    await confirmActive(dock)
    expect(await dock.plugins.rollback(ID)).toMatchObject({ version: '1.0.0', health: 'healthy' })
    expect(await versionsOf(dock)).toBe('1.0.0 active, 2.0.0 previous')
    expect(dock.downloads.getTask(task.id)?.progress.state).toBe('rolledBack')
  })

  it('twice -> back to where it was', async () => {
    const { dock } = await openTwo()
    await confirmActive(dock)
    await dock.plugins.rollback(ID)
    expect(await dock.plugins.rollback(ID)).toMatchObject({ version: '2.0.0' })
  })

  it('there is no version before -> not-installed, in words of its own', async () => {
    const stage = createVersionStage()
    const dock = await stage.open()
    await stage.install(dock, '1.0.0')
    await expect(dock.plugins.rollback(ID)).rejects.toMatchObject({ code: 'not-installed' })
    await expect(dock.plugins.rollback(ID)).rejects.toThrow('no earlier version')
    await expect(dock.plugins.rollback('acme.other')).rejects.toThrow('is not installed')
  })
})

describe('three different answers', () => {
  it('never installed; removed behind our back; damaged -> each in its own words', async () => {
    const stage = createVersionStage()
    const first = await stage.open()
    await stage.install(first, '1.0.0')
    await lose(stage, first, '1.0.0')
    cutOff(stage)
    const dock = await stage.crashAndOpen()
    expect(hear(dock)).toMatchObject([{ type: 'storageLost', pluginId: ID, version: '1.0.0' }])
    await expect(dock.plugins.load(ID)).rejects.toThrow('its files are missing on this device')
    await expect(dock.plugins.load('acme.other')).rejects.toThrow('acme.other is not installed')
  })
})
