import { describe, expect, it } from 'vitest'
import { always, stall } from '../../../src/testing/index.js'
import { createStage } from './stage.js'
import { createStorageGate } from './storageGate.js'

describe('a task that somebody holds', () => {
  it('settled and dismissed before anybody looked -> still tells how it ended', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url } = await stage.publish()
    const installed = new Promise<void>((resolve) => dock.notifications.subscribe(() => resolve()))
    const task = await dock.downloads.startDownload(url)
    await installed
    await stage.clock.settle()
    await dock.downloads.dismissSettled()
    expect(task.progress.state).toBe('installed')
    expect(await task.finished).toMatchObject({ pluginId: 'acme.charts' })
  })

  it('asked again after the plugin was deleted, and after close -> what it was told before', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url } = await stage.publish()
    const task = await dock.downloads.startDownload(url)
    const plugin = await task.finished
    await dock.storage.deletePlugin('acme.charts')
    expect(await task.finished).toBe(plugin)
    await dock.close()
    expect(await task.finished).toBe(plugin)
  })

  it('150 that are installed already, and slow records -> a handle for each, also for those that are forgotten', async () => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open()
    const ids = Array.from({ length: 150 }, (_, at) => `plugin-${at}`)
    const plugins = await Promise.all(ids.map((id) => stage.publish({ id, size: 50 })))
    const start = () =>
      Promise.all(plugins.map(({ manifest, url }) => dock.downloads.startDownload(manifest, { baseUrl: url })))
    await Promise.all((await start()).map((task) => task.finished))
    await stage.clock.settle()
    const held = gate.hold(({ operation }) => operation === 'commit')
    const starting = start()
    await held.reached
    await stage.clock.settle()
    held.release()
    const states = (await starting).map((task) => task.progress.state)
    expect(new Set(states)).toEqual(new Set(['installed']))
    expect(dock.downloads.getTasks()).toHaveLength(100)
  })
})

describe('the signal of a download', () => {
  it('aborted while the task is recorded -> cancelled', async () => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, always(stall(10)))
    const held = gate.hold(({ operation }) => operation === 'commit')
    const abort = new AbortController()
    const starting = dock.downloads.startDownload(url, { signal: abort.signal })
    await held.reached
    abort.abort()
    held.release()
    const task = await starting
    await expect(task.finished).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('shared by many, which all end -> nobody listens to it any more', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { signal } = new AbortController()
    let listening = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listening++
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listening--
      remove(...args)
    }
    const plugins = await Promise.all(['a', 'b', 'c'].map((id) => stage.publish({ id })))
    const tasks = await Promise.all(plugins.map(({ url }) => dock.downloads.startDownload(url, { signal })))
    await Promise.all(tasks.map((task) => task.finished))
    await stage.clock.settle()
    expect(listening).toBe(0)
  })
})
