import { describe, expect, it } from 'vitest'
import {
  ManifestError,
  NotInstalledError,
  TaskNotFoundError,
  UntrustedOriginError,
} from '../../../../src/domain/errors/index.js'
import { always, stall } from '../../../../src/testing/index.js'
import { codeOf } from '../versionStage.js'
import { createTabStage, type Tab } from './tabStage.js'

const ID = 'acme.charts'

async function openTwo() {
  const stage = createTabStage()
  const leader = await stage.openTab()
  const follower = await stage.openTab()
  return { stage, leader, follower }
}

function statesOf({ dock }: Tab): readonly string[] {
  return dock.downloads.getTasks().map(({ id, progress }) => `${id} ${progress.state}`)
}

describe('a command in a page that follows', () => {
  it('download, pause, resume -> settles when it is so, here as at the leader', async () => {
    const { stage, leader, follower } = await openTwo()
    const { url, path } = await stage.publish()
    stage.origin.script(path, stall(100_000))
    const stalled = stage.origin.next('stall', path)
    const task = await follower.dock.downloads.startDownload(url)
    await stalled
    await follower.dock.downloads.pauseDownload(task.id)
    expect(task.progress.state).toBe('paused')
    expect(statesOf(leader)).toEqual([`${task.id} paused`])
    await follower.dock.downloads.resumeDownload(task.id)
    expect(await stage.settled(task.finished)).toMatchObject({ pluginId: ID, version: '1.0.0' })
    expect(await leader.dock.storage.getInstalledPlugins()).toMatchObject([{ pluginId: ID }])
    await follower.dock.downloads.dismissSettled()
    expect([statesOf(leader), statesOf(follower)]).toEqual([[], []])
  })

  it('a manifest as an object -> installed', async () => {
    const { stage, leader, follower } = await openTwo()
    const { manifest, url } = await stage.publish()
    const task = await follower.dock.downloads.startDownload(manifest, { baseUrl: new URL(url) })
    await stage.settled(task.finished)
    expect(await leader.dock.storage.getInstalledPlugins()).toMatchObject([{ pluginId: ID }])
  })

  it('cancel, priority, limit, retry, all at once -> each takes effect', async () => {
    const { stage, leader, follower } = await openTwo()
    const plugins = await Promise.all(['acme.a', 'acme.b'].map((id) => stage.publish({ id })))
    for (const { path } of plugins) stage.origin.script(path, always(stall(10)))
    const { downloads } = follower.dock
    const tasks = await Promise.all(plugins.map(({ url }) => downloads.startDownload(url)))
    const [first, second] = tasks
    if (!first || !second) throw new Error('There are two')
    await downloads.reprioritize(first.id, 7)
    await downloads.limitDownload(first.id, 1000)
    await downloads.pauseAll()
    expect(tasks.map(({ progress }) => progress.state)).toEqual(['paused', 'paused'])
    await downloads.resumeAll()
    await downloads.cancelDownload(second.id)
    await expect(second.finished).rejects.toMatchObject({ code: 'cancelled' })
    await downloads.dismissDownload(second.id)
    expect(leader.dock.downloads.getTasks().map(({ id }) => id)).toEqual([first.id])
    await expect(downloads.retryDownload(first.id)).resolves.toBeUndefined()
  })

  it('the policy, pins, a roll back, a quarantine -> told here, kept there', async () => {
    const { stage, leader, follower } = await openTwo()
    const { dock } = follower
    await dock.policy.change({ limitBytesPerSecond: 5_000_000 })
    expect(dock.policy.current).toEqual(leader.dock.policy.current)
    await dock.policy.reset()
    expect(leader.dock.policy.current.limitBytesPerSecond).toBeUndefined()
    for (const version of ['1.0.0', '2.0.0']) {
      const bytes = codeOf(version)
      const { url } = await stage.publish({ version, bytes, chunkLengths: bytes.length })
      await stage.settled((await dock.downloads.startDownload(url)).finished)
      const loaded = await dock.plugins.load(ID)
      await loaded.confirmHealthy()
      await loaded.close()
    }
    await dock.storage.pin(ID)
    expect(await leader.dock.storage.getInstalledPlugins()).toMatchObject([{ pinned: true, health: 'healthy' }])
    expect(await dock.plugins.rollback(ID)).toMatchObject({ version: '1.0.0', pinned: true })
    expect(await leader.dock.plugins.versions(ID)).toEqual(await dock.plugins.versions(ID))
    await dock.plugins.release(ID, '2.0.0')
    await dock.storage.deletePlugin(ID)
    expect(await leader.dock.storage.getInstalledPlugins()).toEqual([])
  })

  it('that the leader refuses -> the same error, of its class, with its fields', async () => {
    const { follower } = await openTwo()
    const noTask = await follower.dock.downloads.pauseDownload('nobody').catch((error: unknown) => error)
    expect(noTask).toBeInstanceOf(TaskNotFoundError)
    expect(noTask).toMatchObject({ code: 'not-found', taskId: 'nobody' })
    const nothing = await follower.dock.storage.deletePlugin('acme.none').catch((error: unknown) => error)
    expect(nothing).toBeInstanceOf(NotInstalledError)
    expect(nothing).toMatchObject({ pluginId: 'acme.none' })
  })

  it('that can never work -> refused here, whatever the leader does', async () => {
    const { leader, follower } = await openTwo()
    leader.hang()
    const { downloads, policy } = follower.dock
    await expect(downloads.startDownload('no url')).rejects.toBeInstanceOf(ManifestError)
    await expect(downloads.startDownload('ftp://example.test/')).rejects.toBeInstanceOf(UntrustedOriginError)
    await expect(policy.change({ askAboveBytes: -1 })).rejects.toMatchObject({ code: 'unsupported' })
    await expect(downloads.limitDownload('some', -1)).rejects.toMatchObject({ code: 'unsupported' })
  })

  it('sent to its supervisor as an event -> the leader obeys', async () => {
    const { stage, leader, follower } = await openTwo()
    const { url, path } = await stage.publish()
    stage.origin.script(path, always(stall(10)))
    follower.dock.supervisor.send({ type: 'download.start', source: url })
    await stage.pass(() => leader.dock.downloads.getTasks().length === 1, 'the leader to have it')
    const [task] = leader.dock.downloads.getTasks()
    follower.dock.supervisor.send({ type: 'download.pause', taskId: task?.id ?? '' })
    await stage.pass(() => task?.progress.state === 'paused', 'the leader to pause it')
    follower.dock.supervisor.send({ type: 'policy.change', part: { saveData: 'ignore' } })
    await stage.pass(() => leader.dock.policy.current.saveData === 'ignore', 'the leader to change it')
  })

  it('and the dock is closed before the answer -> closed', async () => {
    const { stage, follower } = await openTwo()
    const { url } = await stage.publish()
    stage.fateOf = () => 'lost'
    const starting = expect(follower.dock.downloads.startDownload(url)).rejects.toMatchObject({ code: 'closed' })
    await follower.dock.close()
    await starting
  })
})

describe('what a page that follows is told', () => {
  it('notifications, events and settled tasks -> the same as at the leader, once each', async () => {
    const { stage, leader, follower } = await openTwo()
    const told = [leader, follower].map(({ dock }) => {
      const types: string[] = []
      dock.notifications.subscribe(({ type, pluginId }) => types.push(`${type} ${pluginId}`))
      dock.supervisor.on('download.installed', ({ pluginId }) => types.push(`event ${pluginId}`))
      return types
    })
    const { url } = await stage.publish()
    await stage.settled((await leader.dock.downloads.startDownload(url)).finished)
    await leader.dock.storage.evictLeastRecentlyUsed(1)
    await stage.pass(() => told[1]?.length === told[0]?.length, 'the follower to be told')
    expect(told[0]).toEqual(expect.arrayContaining([`installed ${ID}`, `event ${ID}`, `evicted ${ID}`]))
    expect(told[1]).toEqual(told[0])
  })

  it('one of many that wait -> the same place in line', async () => {
    const stage = createTabStage()
    const leader = await stage.openTab({}, { maxConcurrentDownloads: 1 })
    const follower = await stage.openTab({}, { maxConcurrentDownloads: 1 })
    const plugins = await Promise.all(['acme.a', 'acme.b', 'acme.c'].map((id) => stage.publish({ id })))
    for (const { path } of plugins) stage.origin.script(path, always(stall(10)))
    for (const { url } of plugins) await leader.dock.downloads.startDownload(url)
    const waits = ({ dock }: Tab) => dock.downloads.getTasks().map(({ progress }) => progress.waitingFor?.message)
    await stage.pass(() => waits(leader).filter(Boolean).length === 2, 'two to wait')
    await stage.pass(() => JSON.stringify(waits(follower)) === JSON.stringify(waits(leader)), 'the same to be shown')
  })

  it('a failure -> an error of the same class, with what it says', async () => {
    const { stage, leader, follower } = await openTwo()
    const task = await leader.dock.downloads.startDownload(`${stage.origin.url}/missing.json`)
    const seen = () => follower.dock.downloads.getTask(task.id)
    await stage.pass(() => seen()?.progress.state === 'failed', 'it to fail')
    const [here, there] = await Promise.all(
      [seen(), task].map((shown) => shown?.finished.catch((error: unknown) => error)),
    )
    expect(here).toBeInstanceOf((there as Error).constructor)
    expect(here).toMatchObject({ code: 'http-status', status: 404 })
  })
})
