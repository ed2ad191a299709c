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

it('read again and again while leadership goes to and fro -> every read is whole', async () => {
  const stage = createTabStage()
  const tabs = [await stage.openTab(), await stage.openTab({ visible: false })]
  const [first, second] = tabs
  if (!first || !second) throw new Error('There are two')
  const { url, bytes } = await stage.publish()
  await stage.settled((await first.dock.downloads.startDownload(url)).finished)
  let isOver = false
  const readOn = async ({ dock }: (typeof tabs)[number]): Promise<number> => {
    const loaded = await dock.plugins.load(ID)
    for (let reads = 0; ; reads++) {
      await new Promise((resolve) => setImmediate(resolve))
      if (Buffer.compare(await loaded.read(), bytes) !== 0) throw new Error('Not what was installed')
      if (isOver) return reads
    }
  }
  const reading = Promise.all(tabs.map(readOn))
  for (let change = 0; change < 20; change++) {
    const [from, to] = change % 2 === 0 ? [first, second] : [second, first]
    from.host.conditions.change({ visible: false })
    to.host.conditions.change({ visible: true })
    await stage.pass(() => to.leads && !from.leads, 'the next one to lead')
  }
  isOver = true
  for (const reads of await reading) expect(reads).toBeGreaterThan(0)
})

it('used, used again at once and closed in one page -> the others are told, each time', async () => {
  const stage = createTabStage()
  const tabs = [await stage.openTab(), await stage.openTab(), await stage.openTab()] as const
  const [leader, user, other] = tabs
  const { url } = await stage.publish()
  await stage.settled((await leader.dock.downloads.startDownload(url)).finished)
  await stage.pass(
    () => tabs.every(({ dock }) => dock.downloads.getTasks()[0]?.progress.state === 'installed'),
    'all to know',
  )
  const inUse = async ({ dock }: (typeof tabs)[number]) => (await dock.storage.getInstalledPlugins())[0]?.inUse
  const seen: string[] = []
  for (const [name, tab] of [
    ['leader', leader],
    ['other', other],
  ] as const)
    tab.dock.storage.changes.subscribe(
      () =>
        void inUse(tab).then(
          (is) => seen.push(`${name} ${is}`),
          () => {},
        ),
    )
  for (let round = 0; round < 2; round++) {
    seen.length = 0
    const loaded = await user.dock.plugins.load(ID)
    await stage.pass(() => seen.includes('leader true') && seen.includes('other true'), 'both to hear of its use')
    await loaded.close()
    await stage.pass(() => seen.includes('leader false') && seen.includes('other false'), 'both to hear of its end')
  }
})
