import { describe, expect, it } from 'vitest'
import type { LoadedPlugin } from '../../../src/dock/types.js'
import {
  confirmActive,
  createVersionStage,
  hear,
  ID,
  importedVersion,
  loadedVersion,
  openUpdated,
  versionsOf,
} from './versionStage.js'

const importVersion = async (plugin: LoadedPlugin) => (await plugin.import<{ version: string }>()).version

describe('activate', () => {
  it('it starts -> what start returned, and the plugin stays open', async () => {
    const { dock } = await openUpdated()
    const plugin = await dock.plugins.activate(ID, (loaded) => loaded)
    expect(plugin.version).toBe('2.0.0')
    expect(await importVersion(plugin)).toBe('2.0.0')
  })

  it('start throws -> what the version before returned, and rolledBack is notified', async () => {
    const { dock, task } = await openUpdated()
    const heard = hear(dock)
    const started: string[] = []
    const result = await dock.plugins.activate(ID, (plugin, { signal }) => {
      started.push(plugin.version)
      if (plugin.version === '2.0.0') throw new TypeError('nothing to draw on')
      return { version: plugin.version, signal }
    })
    expect(started).toEqual(['2.0.0', '1.0.0'])
    expect(result).toMatchObject({ version: '1.0.0', signal: { aborted: false } })
    expect(heard).toMatchObject([{ type: 'rolledBack', taskId: task.id, version: '2.0.0' }])
    expect(await versionsOf(dock)).toBe('1.0.0 active, 2.0.0 quarantined')
  })

  it('its module throws -> the same', async () => {
    const { dock } = await openUpdated(`throw new Error('Broken build')`)
    expect(await dock.plugins.activate(ID, importVersion)).toBe('1.0.0')
  })

  it('reportFailure while it starts and hangs -> signal aborts, and the version before starts', async () => {
    const { dock } = await openUpdated()
    const signals: AbortSignal[] = []
    const result = await dock.plugins.activate(ID, (plugin, { signal }) => {
      signals.push(signal)
      if (plugin.version === '1.0.0') return plugin.version
      void plugin.reportFailure('it froze')
      return new Promise<string>(() => {})
    })
    expect(result).toBe('1.0.0')
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
    expect(signals[0]?.reason).toMatchObject({ code: 'quarantined', version: '2.0.0' })
  })

  it('lost after it had started -> signal aborts, and what was returned stays', async () => {
    const { dock } = await openUpdated()
    const handed = await dock.plugins.activate(ID, (plugin, { signal }) => ({ plugin, signal }))
    await handed.plugin.reportFailure('later')
    expect(handed.signal.aborted).toBe(true)
    expect(await loadedVersion(dock)).toBe('1.0.0')
  })

  it('the version before does not start either -> its own error, and no loop', async () => {
    const { dock } = await openUpdated()
    const started: string[] = []
    const start = (plugin: LoadedPlugin) => {
      started.push(plugin.version)
      throw new Error(`${plugin.version} is broken`)
    }
    await expect(dock.plugins.activate(ID, start)).rejects.toThrow('1.0.0 is broken')
    expect(started).toEqual(['2.0.0', '1.0.0'])
  })

  it('there is no version before -> quarantined, with what it threw as cause', async () => {
    const stage = createVersionStage()
    const dock = await stage.open()
    await stage.install(dock, '1.0.0')
    const thrown = new Error('broken')
    const starting = dock.plugins.activate(ID, () => Promise.reject(thrown))
    await expect(starting).rejects.toMatchObject({ code: 'quarantined', version: '1.0.0', cause: thrown })
  })

  it('not installed -> not-installed', async () => {
    const dock = await createVersionStage().open()
    await expect(dock.plugins.activate(ID, () => {})).rejects.toMatchObject({ code: 'not-installed' })
  })

  it('the page cannot run any module, and nothing was confirmed -> its error, and nobody is blamed', async () => {
    const stage = createVersionStage()
    const dock = await stage.open()
    await stage.install(dock, '1.0.0', { body: `import 'some-package'` })
    await expect(dock.plugins.activate(ID, importVersion)).rejects.toMatchObject({ code: 'unsupported' })
    expect(await versionsOf(dock)).toBe('1.0.0 active')
  })

  it('the update asks for what this app has not, the version before did not -> that one starts', async () => {
    const { dock } = await openUpdated(`import 'some-package'`)
    expect(await dock.plugins.activate(ID, importVersion)).toBe('1.0.0')
  })

  it('by many at once -> one trial, and each has its result', async () => {
    const { stage, dock } = await openUpdated()
    const results = await Promise.all([1, 2, 3].map(() => dock.plugins.activate(ID, importVersion)))
    expect(results).toEqual(['2.0.0', '2.0.0', '2.0.0'])
    await stage.clock.advance(11_000)
    expect((await dock.storage.getInstalledPlugins())[0]?.health).toBe('healthy')
  })

  it('the app rolls back while it starts -> signal aborts, and the version before starts', async () => {
    const { dock } = await openUpdated()
    const result = await dock.plugins.activate(ID, (plugin) => {
      if (plugin.version === '1.0.0') return plugin.version
      void dock.plugins.rollback(ID)
      return new Promise<string>(() => {})
    })
    expect(result).toBe('1.0.0')
    expect(await versionsOf(dock)).toBe('1.0.0 active, 2.0.0 previous')
  })

  it('an update is installed while it is on trial -> each is judged for itself', async () => {
    const { stage, dock } = await openUpdated()
    const second = await dock.plugins.activate(ID, (plugin) => plugin)
    await stage.install(dock, '3.0.0')
    expect(await importedVersion(dock)).toBe('3.0.0')
    await second.reportFailure('broken')
    expect(await loadedVersion(dock)).toBe('3.0.0')
    expect(await versionsOf(dock)).toBe('3.0.0 active, 1.0.0 previous')
    await confirmActive(dock)
    await expect(second.import()).rejects.toMatchObject({ code: 'quarantined' })
  })

  it('the plugin is deleted while it is on trial -> nothing of it comes back', async () => {
    const { stage, dock } = await openUpdated()
    const plugin = await dock.plugins.activate(ID, (loaded) => loaded)
    await dock.storage.deletePlugin(ID)
    await stage.clock.advance(11_000)
    await plugin.close()
    expect(await dock.storage.getInstalledPlugins()).toEqual([])
    expect(await stage.host.bundles.list()).toEqual([])
  })

  it('the dock is closed while it starts -> closed; the next one begins again, and no death is counted', async () => {
    const { stage, dock } = await openUpdated()
    let isRunning = (): void => {}
    const running = new Promise<void>((resolve) => {
      isRunning = resolve
    })
    const starting = dock.plugins.activate(ID, () => {
      isRunning()
      return new Promise(() => {})
    })
    const told = expect(starting).rejects.toMatchObject({ code: 'closed' })
    await running
    await dock.close()
    await told
    const next = await stage.open({ health: { maxTrials: 1 } })
    expect(await next.plugins.activate(ID, importVersion)).toBe('2.0.0')
  })
})
