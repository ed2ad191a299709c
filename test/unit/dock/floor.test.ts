import { describe, expect, it } from 'vitest'
import type { DownloadTask } from '../../../src/dock/types.js'
import { createStorageGate } from './storageGate.js'
import {
  codeOf,
  confirmActive,
  createVersionStage,
  ID,
  importedVersion,
  loadedVersion,
  versionsOf,
} from './versionStage.js'

const DAY_MS = 24 * 60 * 60 * 1000

async function openConfirmed(version = '2.0.0') {
  const stage = createVersionStage()
  const dock = await stage.open()
  await stage.installHealthy(dock, version)
  return { stage, dock }
}

describe('M7 a version below the floor is offered', () => {
  it.each([
    ['by URL', (url: string) => url],
    ['as an object', (_: string, manifest: object) => manifest],
  ])('%s -> downgrade, and what is installed stays', async (_, sourceOf) => {
    const { stage, dock } = await openConfirmed()
    const { url, manifest } = await stage.publish({ version: '1.9.0' })
    // the object is a manifest: it was just built
    const task = await dock.downloads.startDownload(sourceOf(url, manifest) as string, { baseUrl: url })
    await expect(task.finished).rejects.toMatchObject({
      code: 'downgrade',
      pluginId: ID,
      version: '1.9.0',
      floor: '2.0.0',
    })
    expect(task).toMatchObject({ pluginId: ID, version: '1.9.0', progress: { previousVersion: '2.0.0' } })
    expect(await loadedVersion(dock)).toBe('2.0.0')
  })

  it('refused, then asked for again with allowDowngrade -> the same task installs it', async () => {
    const { stage, dock } = await openConfirmed()
    const { url } = await stage.publish({ version: '1.9.0' })
    const task = await dock.downloads.startDownload(url)
    await expect(task.finished).rejects.toMatchObject({ code: 'downgrade' })
    const again = await dock.downloads.startDownload(url, { allowDowngrade: true })
    expect(again.id).toBe(task.id)
    expect(await again.finished).toMatchObject({ version: '1.9.0' })
  })

  it('after the plugin was deleted, and after a restart -> still downgrade', async () => {
    const { stage, dock } = await openConfirmed()
    await dock.storage.deletePlugin(ID)
    const next = await stage.crashAndOpen()
    const { url } = await stage.publish({ version: '1.9.0' })
    await expect((await next.downloads.startDownload(url)).finished).rejects.toMatchObject({ code: 'downgrade' })
  })

  it('allowDowngrade -> installed, and the floor stays', async () => {
    const { stage, dock } = await openConfirmed()
    await stage.installHealthy(dock, '1.9.0', { allowDowngrade: true })
    expect(await loadedVersion(dock)).toBe('1.9.0')
    const { url } = await stage.publish({ version: '1.9.5' })
    await expect((await dock.downloads.startDownload(url)).finished).rejects.toMatchObject({ floor: '2.0.0' })
  })

  it('allowDowngrade, and the process dies before it is installed -> the permission is not forgotten', async () => {
    const { stage, dock } = await openConfirmed()
    const { url } = await stage.publish({ version: '1.9.0' })
    const task = await dock.downloads.startDownload(url, { allowDowngrade: true })
    await dock.downloads.pauseDownload(task.id)
    const next = await stage.crashAndOpen()
    await next.downloads.resumeDownload(task.id)
    await expect(next.downloads.getTask(task.id)?.finished).resolves.toMatchObject({ version: '1.9.0' })
  })

  it('rolled back to it -> used, and the floor stays', async () => {
    const { stage, dock } = await openConfirmed('1.0.0')
    await stage.installHealthy(dock, '2.0.0')
    await dock.plugins.rollback(ID)
    const { url } = await stage.publish({ version: '1.5.0' })
    await expect((await dock.downloads.startDownload(url)).finished).rejects.toMatchObject({ floor: '2.0.0' })
  })

  it('only installed, or failed -> no floor', async () => {
    const { stage, dock } = await openConfirmed('1.0.0')
    await stage.install(dock, '3.0.0')
    const loaded = await dock.plugins.load(ID)
    await loaded.reportFailure('broken')
    await stage.install(dock, '2.0.0')
    expect(await loadedVersion(dock)).toBe('2.0.0')
  })

  it('the floor rises while it is on its way -> downgrade, and the newer one stays', async () => {
    const { stage, dock } = await openConfirmed('1.0.0')
    await stage.install(dock, '2.0.0')
    const { url } = await stage.publish({ version: '1.5.0' })
    const late = await dock.downloads.startDownload(url)
    await dock.downloads.pauseDownload(late.id)
    await confirmActive(dock)
    await dock.downloads.resumeDownload(late.id)
    await expect(late.finished).rejects.toMatchObject({ code: 'downgrade', floor: '2.0.0' })
    expect(await loadedVersion(dock)).toBe('2.0.0')
  })

  it('the floor rises while its last bytes are checked -> downgrade, and the newer one stays', async () => {
    const gate = createStorageGate()
    const stage = createVersionStage(gate)
    const dock = await stage.open()
    await stage.install(dock, '2.0.0')
    const { url } = await stage.publish({ version: '1.5.0' })
    let late: DownloadTask | undefined
    const held = gate.hold(({ operation }) => operation === 'openPartial' && late?.progress.state === 'verifying')
    late = await dock.downloads.startDownload(url)
    await held.reached
    await confirmActive(dock)
    held.release()
    await expect(late.finished).rejects.toMatchObject({ code: 'downgrade', floor: '2.0.0' })
    expect(await loadedVersion(dock)).toBe('2.0.0')
  })

  it('a pre-release of what works -> downgrade; the same with other build metadata -> an update', async () => {
    const { stage, dock } = await openConfirmed()
    const { url } = await stage.publish({ version: '2.0.0-rc.1' })
    await expect((await dock.downloads.startDownload(url)).finished).rejects.toMatchObject({ code: 'downgrade' })
    await stage.install(dock, '2.0.0+build.7')
    expect(await loadedVersion(dock)).toBe('2.0.0+build.7')
  })
})

describe('the same version is offered again', () => {
  it('the same bundle -> installed, nothing sent, and still healthy', async () => {
    const { stage, dock } = await openConfirmed()
    stage.origin.forgetRequests()
    await stage.install(dock, '2.0.0')
    expect(stage.origin.bytesSent(`/${ID}/${ID}-2.0.0.bin`)).toBe(0)
    expect(await dock.storage.getInstalledPlugins()).toMatchObject([{ version: '2.0.0', health: 'healthy' }])
  })

  it('another bundle -> an update with its own trial, which falls back to the first', async () => {
    const { stage, dock } = await openConfirmed()
    const second = await stage.install(dock, '2.0.0', { body: 'throw new Error("Built in haste")' })
    expect(await dock.storage.getInstalledPlugins()).toMatchObject([{ version: '2.0.0', health: 'untried' }])
    await expect(importedVersion(dock)).rejects.toThrow('Built in haste')
    expect(await importedVersion(dock)).toBe('2.0.0')
    expect(second.progress.state).toBe('rolledBack')
    const [first] = dock.downloads.getTasks()
    expect(first?.progress.state).toBe('installed')
  })
})

describe('L10 a version that failed is offered again', () => {
  async function openFailed() {
    const { stage, dock } = await openConfirmed('1.0.0')
    await stage.install(dock, '2.0.0')
    const loaded = await dock.plugins.load(ID)
    await loaded.reportFailure('no pictures')
    await loaded.close()
    const offer = async () => (await dock.downloads.startDownload((await publish()).url)).finished
    const publish = (body = '') => {
      const bytes = codeOf('2.0.0', body)
      return stage.publish({ version: '2.0.0', bytes, chunkLengths: bytes.length })
    }
    return { stage, dock, offer, publish }
  }

  it('the same bundle -> quarantined, with the reason, and nothing of it is fetched', async () => {
    const { stage, offer } = await openFailed()
    stage.origin.forgetRequests()
    await expect(offer()).rejects.toMatchObject({ code: 'quarantined', version: '2.0.0' })
    await expect(offer()).rejects.toThrow('no pictures')
    expect(stage.origin.bytesSent(`/${ID}/${ID}-2.0.0.bin`)).toBe(0)
  })

  it('after the plugin was deleted, and after a restart -> still quarantined', async () => {
    const { stage, dock, publish } = await openFailed()
    await dock.storage.deletePlugin(ID)
    const next = await stage.crashAndOpen()
    const { url } = await publish()
    await expect((await next.downloads.startDownload(url)).finished).rejects.toMatchObject({ code: 'quarantined' })
  })

  it('its bytes were evicted meanwhile -> still quarantined', async () => {
    const { dock, offer } = await openFailed()
    await dock.storage.evictLeastRecentlyUsed(1)
    expect(await versionsOf(dock)).toBe('1.0.0 active')
    await expect(offer()).rejects.toMatchObject({ code: 'quarantined' })
  })

  it('with another digest -> installed', async () => {
    const { dock, publish } = await openFailed()
    const { url } = await publish('/* mended */')
    await (await dock.downloads.startDownload(url)).finished
    expect(await importedVersion(dock)).toBe('2.0.0')
  })

  it('released -> installed without a byte from the network, with a trial of its own', async () => {
    const { stage, dock, offer } = await openFailed()
    await dock.plugins.release(ID, '2.0.0')
    expect(await versionsOf(dock)).toBe('1.0.0 active, 2.0.0 previous')
    stage.origin.forgetRequests()
    expect(await offer()).toMatchObject({ version: '2.0.0', health: 'untried' })
    expect(stage.origin.bytesSent(`/${ID}/${ID}-2.0.0.bin`)).toBe(0)
  })

  it('a week later -> installed; it fails again -> its second failure', async () => {
    const { stage, dock, offer } = await openFailed()
    await stage.clock.advance(7 * DAY_MS)
    await offer()
    const loaded = await dock.plugins.load(ID)
    await loaded.reportFailure('still none')
    expect((await dock.plugins.versions(ID))[1]?.quarantine).toMatchObject({ failures: 2, reason: 'still none' })
  })

  it('the only version, released -> loads again', async () => {
    const stage = createVersionStage()
    const dock = await stage.open()
    await stage.install(dock, '1.0.0')
    await (await dock.plugins.load(ID)).reportFailure('broken')
    await expect(dock.plugins.load(ID)).rejects.toMatchObject({ code: 'quarantined' })
    await dock.plugins.release(ID, '1.0.0')
    await confirmActive(dock)
    expect(await importedVersion(dock)).toBe('1.0.0')
  })

  it('an estimate of it -> quarantined as well', async () => {
    const { dock, publish } = await openFailed()
    const { url } = await publish()
    await expect(dock.downloads.estimate(url)).rejects.toMatchObject({ code: 'quarantined' })
  })
})
