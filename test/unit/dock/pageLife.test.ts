import { describe, expect, it, onTestFinished } from 'vitest'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import { stall } from '../../../src/testing/index.js'
import { createStage, passTimeUntil, readEntry } from './stage.js'

describe('a page that was put into the back/forward cache, without its stores, and is back', () => {
  it('in the middle of a download -> the dock opens its stores anew, and the same task goes on', async () => {
    const stage = createStage()
    let comeBack = (): void => {}
    const lost = new Promise<void>((resolve) => {
      comeBack = resolve
    })
    let opened = 0
    const open = async () => {
      opened++
      return { ...(await stage.host.open()), ...(opened === 1 ? { lost } : {}) }
    }
    const dock = await createPluginDockOn({ ...stage.host, open })
    onTestFinished(() => dock.close())
    const { url, path, bytes } = await stage.publish()
    stage.origin.script(path, stall(200_000))
    const stalled = stage.origin.next('stall', path)
    const task = await dock.downloads.startDownload(url)
    await stalled
    stage.host.crash()
    comeBack()
    await passTimeUntil(stage.clock, () => opened === 2, 'the stores to be opened anew')
    await task.finished
    expect(dock.downloads.getTasks().map(({ id }) => id)).toEqual([task.id])
    expect(dock.supervisor.getSnapshot().hasTag('leader')).toBe(true)
    expect(Buffer.from(await readEntry(dock, 'acme.charts')).equals(Buffer.from(bytes))).toBe(true)
  })
})
