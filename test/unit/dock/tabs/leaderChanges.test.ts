import { describe, expect, it } from 'vitest'
import { always, stall } from '../../../../src/testing/index.js'
import { isInstalled } from '../stage.js'
import { createTabStage, type Fate, type Tab } from './tabStage.js'

const ID = 'acme.charts'
/** More than the story below takes. */
const MAX_MESSAGES = 60

describe('the leader hangs', () => {
  it('while a command waits, seen -> this page leads, and carries it out', async () => {
    const stage = createTabStage()
    const leader = await stage.openTab()
    const follower = await stage.openTab()
    leader.hang()
    const since = stage.clock.monotonic()
    await stage.settled(follower.dock.policy.change({ askAboveBytes: 1 }))
    expect(follower.leads).toBe(true)
    expect(stage.clock.monotonic() - since).toBeLessThan(5000)
    await stage.pass(() => !leader.leads, 'the other one to learn it')
    expect(follower.dock.policy.current.askAboveBytes).toBe(1)
  })

  it('while it downloads, and nobody wants anything else -> this page leads, and goes on', async () => {
    const stage = createTabStage()
    const leader = await stage.openTab()
    const follower = await stage.openTab()
    const { url, path, bytes } = await stage.publish()
    stage.origin.script(path, stall(200_000))
    const task = await leader.dock.downloads.startDownload(url)
    await stage.pass(() => (follower.dock.downloads.getTask(task.id)?.progress.bytesDownloaded ?? 0) > 0, 'bytes')
    leader.hang()
    await stage.pass(() => follower.leads, 'the follower to lead')
    await stage.settled(follower.dock.downloads.getTask(task.id)?.finished ?? Promise.reject(new Error('gone')))
    expect(await isInstalled(follower.dock, ID, bytes)).toBe(true)
  })

  it('and nobody sees this page -> it waits, and robs nobody', async () => {
    const stage = createTabStage()
    const leader = await stage.openTab()
    const follower = await stage.openTab({ visible: false })
    leader.hang()
    const changing = follower.dock.policy.change({ askAboveBytes: 1 })
    await stage.clock.advance(60_000)
    expect(follower.leads).toBe(false)
    follower.host.conditions.change({ visible: true })
    await stage.settled(changing)
    expect(follower.leads).toBe(true)
  })

  it('and nothing is wanted of it -> nobody asks', async () => {
    const stage = createTabStage()
    const leader = await stage.openTab()
    const follower = await stage.openTab()
    await stage.clock.advance(10_000)
    leader.hang()
    await stage.clock.advance(60_000)
    expect(follower.leads).toBe(false)
  })

  it('one of two that are seen leads -> the other follows it, and both agree', async () => {
    const stage = createTabStage()
    const leader = await stage.openTab()
    const others = [await stage.openTab(), await stage.openTab()]
    leader.hang()
    const changes = others.map(({ dock }, at) => dock.policy.change({ askAboveBytes: at + 1 }))
    await stage.settled(Promise.all(changes))
    expect(others.filter(({ leads }) => leads)).toHaveLength(1)
    expect(others[0]?.dock.policy.current).toEqual(others[1]?.dock.policy.current)
  })
})

describe('a leader that answers, and whose timers are slow', () => {
  it('hidden, and a page that is seen wants something -> it hands over, and is robbed by nobody', async () => {
    const stage = createTabStage()
    const leader = await stage.openTab()
    const { url, path, bytes } = await stage.publish()
    stage.origin.script(path, stall(100_000))
    const stalled = stage.origin.next('stall', path)
    const task = await leader.dock.downloads.startDownload(url)
    await stalled
    const follower = await stage.openTab()
    leader.host.conditions.change({ visible: false })
    await stage.pass(() => follower.leads && !leader.leads, 'the one that is seen to lead')
    expect(await stage.settled(task.finished)).toMatchObject({ pluginId: ID })
    expect(await isInstalled(leader.dock, ID, bytes)).toBe(true)
  })

  it('hidden, and nobody is seen -> it goes on to lead', async () => {
    const stage = createTabStage()
    const leader = await stage.openTab()
    const follower = await stage.openTab({ visible: false })
    leader.host.conditions.change({ visible: false })
    await stage.clock.advance(60_000)
    expect([leader.leads, follower.leads]).toEqual([true, false])
    follower.host.conditions.change({ visible: true })
    await stage.pass(() => follower.leads, 'the one that is seen by now to lead')
  })

  it('the one that is seen changes, twenty times while one plugin comes -> installed once, and all agree', async () => {
    const stage = createTabStage()
    const tabs = [await stage.openTab(), await stage.openTab({ visible: false })]
    const { url, path, bytes } = await stage.publish()
    const [first, second] = tabs
    if (!first || !second) throw new Error('There are two')
    stage.origin.script(path, always(stall(40_000)))
    const task = await first.dock.downloads.startDownload(url)
    for (let change = 0; change < 20; change++) {
      const [from, to] = change % 2 === 0 ? [first, second] : [second, first]
      from.host.conditions.change({ visible: false })
      to.host.conditions.change({ visible: true })
      await stage.pass(() => to.leads && !from.leads, 'the next one to lead')
    }
    stage.origin.unscript(path)
    stage.origin.release(path)
    await stage.settled(task.finished)
    for (const { dock } of tabs) expect(await isInstalled(dock, ID, bytes)).toBe(true)
    expect(await stage.host.bundles.list()).toHaveLength(1)
  })
})

/** Whatever a person does with three pages; every page says the same in the end. */
async function playStory(stage: ReturnType<typeof createTabStage>, tabs: readonly [Tab, Tab, Tab]): Promise<void> {
  const [, second, third] = tabs
  const { url, bytes } = await stage.publish()
  const task = await stage.settled(second.dock.downloads.startDownload(url))
  await stage.settled(task.finished)
  await stage.settled(third.dock.storage.pin(ID))
  await stage.settled(second.dock.policy.change({ askAboveBytes: 17 }))
  expect(await isInstalled(second.dock, ID, bytes)).toBe(true)
  await stage.settled(third.dock.downloads.dismissDownload(task.id))
}

async function expectAgreement(stage: ReturnType<typeof createTabStage>, tabs: readonly Tab[]): Promise<void> {
  const look = async ({ dock }: Tab) =>
    JSON.stringify([
      dock.downloads.getTasks().map(({ id, progress }) => [id, progress.state]),
      (await dock.storage.getInstalledPlugins()).map(({ pluginId, version, pinned }) => [pluginId, version, pinned]),
      dock.policy.current.askAboveBytes,
    ])
  for (const tab of tabs) expect(await look(tab)).toBe(JSON.stringify([[], [[ID, '1.0.0', true]], 17]))
  expect(await stage.host.bundles.list()).toHaveLength(1)
  expect(tabs.filter(({ leads }) => leads)).toHaveLength(1)
}

async function openThree() {
  const stage = createTabStage()
  const tabs = [await stage.openTab(), await stage.openTab(), await stage.openTab()] as const
  return { stage, tabs }
}

describe.each<Fate>(['lost', 'twice', 'late'])('one message of all is %s', (fate) => {
  it('whichever it is -> every command has the effect of one, and all agree', async () => {
    let isOver = false
    for (let which = 0; !isOver && which < MAX_MESSAGES; which++) {
      const { stage, tabs } = await openThree()
      let posted = 0
      stage.fateOf = () => (posted++ === which ? fate : 'heard')
      await playStory(stage, tabs)
      isOver = posted <= which
      // what was lost at the end is found when somebody asks
      stage.fateOf = () => 'heard'
      await stage.settled(Promise.all(tabs.map(({ dock }) => dock.policy.change({}))))
      await expectAgreement(stage, tabs)
      await Promise.all(tabs.map(({ dock }) => dock.close()))
    }
    expect(isOver).toBe(true)
  }, 300_000)
})

describe('the leader hangs for good before one message of all', () => {
  it('whichever it is -> another one leads, every command has the effect of one, and both agree', async () => {
    let isOver = false
    for (let which = 0; !isOver && which < MAX_MESSAGES; which++) {
      const { stage, tabs } = await openThree()
      const [first, ...others] = tabs
      let posted = 0
      stage.fateOf = (_, __, from) => {
        if (posted++ === which) first.hang()
        return posted - 1 === which && from === first ? 'lost' : 'heard'
      }
      await playStory(stage, tabs)
      isOver = posted <= which
      await stage.settled(Promise.all(others.map(({ dock }) => dock.policy.change({}))))
      if (!isOver) await expectAgreement(stage, others)
      await Promise.all(tabs.map(({ dock }) => dock.close()))
    }
    expect(isOver).toBe(true)
  }, 300_000)
})
