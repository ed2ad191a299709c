import { expect, it } from 'vitest'
import { createTabStage } from './tabStage.js'

const ID = 'acme.charts'

it('deleted while another page uses it, and the leader closes -> it is read on, and its bytes go with its last use', async () => {
  const stage = createTabStage()
  const [leader, next, user] = [await stage.openTab(), await stage.openTab(), await stage.openTab()]
  const { url, bytes } = await stage.publish()
  await stage.settled((await leader.dock.downloads.startDownload(url)).finished)
  const loaded = await user.dock.plugins.load(ID)
  await leader.dock.storage.deletePlugin(ID)
  await leader.dock.close()
  await stage.pass(() => next.leads || user.leads, 'another one to lead')
  expect(Buffer.compare(await loaded.read(), bytes)).toBe(0)
  await loaded.close()
  await stage.settled(user.dock.policy.change({}))
  expect(await stage.host.bundles.list()).toEqual([])
})
