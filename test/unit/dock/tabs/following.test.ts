import { describe, expect, it } from 'vitest'
import { always, stall } from '../../../../src/testing/index.js'
import { createStage, passTimeUntil, readEntry } from '../stage.js'

describe('two docks on the same stores, as two pages have them', () => {
  it('the second -> opens at once as a follower', async () => {
    const stage = createStage({ pages: true })
    const leader = await stage.open()
    const follower = await stage.open()
    expect(leader.supervisor.getSnapshot().hasTag('leader')).toBe(true)
    expect(follower.supervisor.getSnapshot().hasTag('follower')).toBe(true)
  })

  it('the leader downloads -> the follower shows the same, and loads what was installed', async () => {
    const stage = createStage({ pages: true })
    const leader = await stage.open()
    const follower = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, always(stall(200_000)))
    const task = await leader.downloads.startDownload(url)
    const isShown = (): boolean => follower.downloads.getTask(task.id)?.progress.bytesDownloaded === 196_608
    await passTimeUntil(stage.clock, isShown, 'the bytes to be shown')
    expect(follower.downloads.getTask(task.id)?.actor).toBeUndefined()
    stage.origin.unscript(path)
    stage.origin.release(path)
    await task.finished
    const mirrored = (): boolean => follower.downloads.getTask(task.id)?.progress.state === 'installed'
    await passTimeUntil(stage.clock, mirrored, 'the follower to show it')
    expect(await follower.storage.getInstalledPlugins()).toMatchObject([{ pluginId: 'acme.charts' }])
    expect(await readEntry(follower, 'acme.charts')).toHaveLength(300_000)
  })

  it('a follower comes late -> it is told of everything', async () => {
    const stage = createStage({ pages: true })
    const leader = await stage.open()
    const { url } = await stage.publish()
    const task = await leader.downloads.startDownload(url)
    await task.finished
    const follower = await stage.open()
    await passTimeUntil(stage.clock, () => follower.downloads.getTasks().length === 1, 'the task to be shown')
  })

  it.each(['closes', 'dies'])('the leader %s -> the follower leads, and goes on with the download', async (how) => {
    const stage = createStage({ pages: true })
    const leader = await stage.open()
    const follower = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, stall(200_000))
    const stalled = stage.origin.next('stall', path)
    const task = await leader.downloads.startDownload(url)
    await stalled
    if (how === 'closes') await leader.close()
    else stage.host.crash()
    const leads = (): boolean => follower.supervisor.getSnapshot().hasTag('leader')
    await passTimeUntil(stage.clock, leads, 'the follower to lead')
    await follower.downloads.getTask(task.id)?.finished
    expect(await readEntry(follower, 'acme.charts')).toHaveLength(300_000)
  })

  it('a follower closes -> nothing of it stays behind', async () => {
    const stage = createStage({ pages: true })
    await stage.open()
    const follower = await stage.open()
    await follower.close()
    await expect(follower.storage.getInstalledPlugins()).rejects.toMatchObject({ code: 'closed' })
  })
})
