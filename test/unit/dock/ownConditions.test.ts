import { describe, expect, it } from 'vitest'
import type { NetworkConditions, PluginDock } from '../../../src/dock/types.js'
import { createStage } from './stage.js'
import { createTabStage } from './tabs/tabStage.js'

function listen({ conditions }: PluginDock) {
  const heard: (NetworkConditions | 'complete')[] = []
  conditions.changes.subscribe({ next: (told) => heard.push(told), complete: () => heard.push('complete') })
  return heard
}

describe('what the device says', () => {
  it('the network changes -> told once, and current', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const heard = listen(dock)
    stage.host.conditions.change({ online: false })
    stage.host.conditions.change({ online: false })
    stage.host.conditions.change({ online: true, metered: true })
    expect(heard).toEqual([
      { online: false, metered: false, saveData: false },
      { online: true, metered: true, saveData: false },
    ])
    expect(dock.conditions.current).toEqual(heard.at(-1))
  })

  it('only the page is hidden -> nothing is told', async () => {
    const stage = createStage()
    const heard = listen(await stage.open())
    stage.host.conditions.change({ visible: false, frozen: true })
    expect(heard).toEqual([])
  })

  it('the policy says otherwise -> it is still the word of the device', async () => {
    const stage = createStage()
    const dock = await stage.open()
    await dock.policy.change({ connection: 'metered' })
    expect(dock.conditions.current.metered).toBe(false)
  })

  it('the dock is closed -> it completes, also for who comes later', async () => {
    const dock = await createStage().open()
    const heard = listen(dock)
    await dock.close()
    expect([heard, listen(dock)]).toEqual([['complete'], ['complete']])
  })

  it('a page that follows -> its own, whatever the leader has', async () => {
    const stage = createTabStage()
    const leader = await stage.openTab()
    const follower = await stage.openTab({ metered: true })
    const [atLeader, atFollower] = [listen(leader.dock), listen(follower.dock)]
    expect(follower.dock.conditions.current.metered).toBe(true)
    follower.host.conditions.change({ online: false })
    expect(atFollower).toEqual([{ online: false, metered: true, saveData: false }])
    leader.host.conditions.change({ saveData: true })
    expect(atLeader).toEqual([{ online: true, metered: false, saveData: true }])
    expect(atFollower).toHaveLength(1)
  })
})
