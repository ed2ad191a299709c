import { describe, expect, it } from 'vitest'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import type { PluginDock } from '../../../src/dock/types.js'
import type { InstalledRecord } from '../../../src/domain/records.js'
import { createStage, isInstalled, type Stage } from './stage.js'
import { createStorageGate, type HeldCall, writesInstalled } from './storageGate.js'

/** A dock that has one plugin, and whose next removal of bytes waits before it takes the lease. */
async function withHeldRemoval(stage: Stage) {
  let reach = (): void => {}
  let release = (): void => {}
  const reached = new Promise<void>((resolve) => {
    reach = resolve
  })
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const { leases } = stage.host
  let isHeld = false
  const dock = await createPluginDockOn({
    ...stage.host,
    leases: {
      ...leases,
      async tryExclusive(address) {
        if (!isHeld) return leases.tryExclusive(address)
        isHeld = false
        reach()
        await released
        return leases.tryExclusive(address)
      },
    },
  })
  const hold = () => {
    isHeld = true
  }
  return { dock, reached, release, hold }
}

/** What lies on the disk of a dock that is closed, and what its records name. */
async function leftBy(stage: Stage) {
  const stores = await stage.host.open()
  const recorded = await stores.records.list('installed/')
  const addresses = recorded.flatMap(({ value }) => {
    const { active, previous } = value as InstalledRecord // as the dock wrote it
    return [active, ...previous].map(({ address }) => address)
  })
  const stored = (await stores.bundles.list()).map(({ name }) => name)
  await stores.close()
  return { stored: stored.sort(), named: addresses.sort() }
}

function namesOf(stage: Stage): Promise<readonly string[]> {
  return stage.host.bundles.list().then((entries) => entries.map(({ name }) => name))
}

async function install(dock: PluginDock, url: string): Promise<string> {
  const { address } = await (await dock.downloads.startDownload(url)).finished
  return address
}

describe('a plugin is deleted', () => {
  it('and installed anew before its bytes go -> they stay', async () => {
    const stage = createStage()
    const { url, bytes } = await stage.publish()
    const { dock, reached, release, hold } = await withHeldRemoval(stage)
    const address = await install(dock, url)
    hold()
    const deleting = dock.storage.deletePlugin('acme.charts')
    await reached
    expect(await install(dock, url)).toBe(address)
    release()
    await deleting
    expect(await namesOf(stage)).toEqual([address])
    expect(await isInstalled(dock, 'acme.charts', bytes)).toBe(true)
  })

  it('and the dock is closed before its bytes go -> close waits for that; no byte is left', async () => {
    const stage = createStage()
    const { url } = await stage.publish()
    const { dock, reached, release, hold } = await withHeldRemoval(stage)
    await install(dock, url)
    hold()
    const deleting = dock.storage.deletePlugin('acme.charts').catch((error) => error.code)
    await reached
    const closing = dock.close()
    await stage.clock.settle()
    release()
    await closing
    await deleting
    expect(await namesOf(stage)).toEqual([])
  })
})

describe('a dock is closed while', () => {
  it.each([
    ['a bundle gets its name', 'seal'],
    ['the record of a plugin is written', 'commit'],
  ] as const)('%s -> it ends with both or with neither', async (_, operation) => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open()
    const { url } = await stage.publish({ chunkLengths: 'none' })
    const held = gate.hold((call) => (operation === 'seal' ? call.operation === 'seal' : writesInstalled(call)))
    await dock.downloads.startDownload(url)
    await held.reached
    await closeWhileHeld(stage, dock, held)
    const { stored, named } = await leftBy(stage)
    expect(stored).toEqual(named)
    expect(named).toHaveLength(1)
  })

  it('an update is recorded -> the old version goes', async () => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open({ storage: { keepPreviousVersions: 0 } })
    await install(dock, (await stage.publish()).url)
    const held = gate.hold(writesInstalled)
    await dock.downloads.startDownload((await stage.publish({ version: '2.0.0' })).url)
    await held.reached
    await closeWhileHeld(stage, dock, held)
    const { stored, named } = await leftBy(stage)
    expect(stored).toEqual(named)
    expect(named).toHaveLength(1)
  })

  it.each([
    ['deleted', (dock: PluginDock) => dock.storage.deletePlugin('acme.charts')],
    ['evicted', (dock: PluginDock) => dock.storage.evictLeastRecentlyUsed(1)],
  ] as const)('a plugin is %s -> its bytes go with its record', async (_, remove) => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open()
    await install(dock, (await stage.publish()).url)
    const held = gate.hold(writesInstalled)
    const removing = remove(dock).catch((error) => error.code)
    await held.reached
    await closeWhileHeld(stage, dock, held)
    await removing
    expect(await leftBy(stage)).toEqual({ stored: [], named: [] })
  })
})

async function closeWhileHeld(stage: Stage, dock: PluginDock, held: HeldCall): Promise<void> {
  const closing = dock.close()
  await stage.clock.settle()
  held.release()
  await closing
}
