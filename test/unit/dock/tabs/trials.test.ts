import { describe, expect, it } from 'vitest'
import type { PluginDock } from '../../../../src/dock/types.js'
import type { TrialRecord } from '../../../../src/domain/records.js'
import { codeOf, healthOf, ID, versionsOf } from '../versionStage.js'
import { createTabStage, type TabStage } from './tabStage.js'

async function install(stage: TabStage, dock: PluginDock, version: string): Promise<void> {
  const bytes = codeOf(version)
  const { url } = await stage.publish({ version, bytes, chunkLengths: bytes.length })
  await stage.settled((await dock.downloads.startDownload(url)).finished)
}

async function confirm(dock: PluginDock): Promise<void> {
  const loaded = await dock.plugins.load(ID)
  await loaded.confirmHealthy()
  await loaded.close()
}

/** Two pages; a version that works, and one that nobody has run. */
async function openUpdated() {
  const stage = createTabStage()
  const leader = await stage.openTab()
  const follower = await stage.openTab()
  await install(stage, leader.dock, '1.0.0')
  await confirm(leader.dock)
  await install(stage, leader.dock, '2.0.0')
  return { stage, leader, follower }
}

async function trialOf(stage: TabStage): Promise<TrialRecord | undefined> {
  const [entry] = await stage.host.records.open().list('trial/')
  return entry?.value as TrialRecord | undefined // what lies under this kind
}

describe('a trial in a page that follows', () => {
  it('and the leader is closed meanwhile -> goes on where this page leads, and ends well', async () => {
    const { stage, leader, follower } = await openUpdated()
    expect(await follower.dock.plugins.activate(ID, ({ version }) => version)).toBe('2.0.0')
    await leader.dock.close()
    await stage.pass(() => follower.leads, 'the follower to lead')
    expect(await trialOf(stage)).toMatchObject({ deaths: 0, isRunning: true })
    await stage.clock.advance(10_000)
    await stage.clock.settle()
    expect(await healthOf(follower.dock)).toBe('healthy')
  })

  it('and a third page leads next -> no death, and it ends well', async () => {
    const { stage, leader, follower } = await openUpdated()
    await follower.dock.plugins.activate(ID, ({ version }) => version)
    const third = await stage.openTab()
    follower.host.conditions.change({ visible: false })
    leader.host.conditions.change({ visible: false })
    await stage.pass(() => third.leads, 'the one that is seen to lead')
    follower.host.conditions.change({ visible: true })
    await stage.pass(() => follower.dock.supervisor.getSnapshot().hasTag('follower'), 'it to follow again')
    expect(await trialOf(stage)).toMatchObject({ deaths: 0, isRunning: true })
    await stage.clock.advance(20_000)
    expect(await healthOf(third.dock)).toBe('healthy')
  })

  it('that fails -> every page goes back, and who runs the version in another one is told', async () => {
    const { stage, leader, follower } = await openUpdated()
    const signals = new Map<string, AbortSignal>()
    const start =
      (page: string) =>
      (_: unknown, { signal }: { signal: AbortSignal }) =>
        signals.set(page, signal)
    await leader.dock.plugins.activate(ID, start('leader'))
    await follower.dock.plugins.activate(ID, start('follower'))
    await (await follower.dock.plugins.load(ID)).reportFailure(new Error('broken'))
    for (const { dock } of [leader, follower]) {
      expect(await versionsOf(dock)).toContain('1.0.0 active')
    }
    const areAborted = () => [...signals.values()].every(({ aborted }) => aborted)
    await stage.pass(areAborted, 'both to be told')
    expect(signals.size).toBe(2)
  })

  it('whose page is closed -> no death', async () => {
    const { stage, follower } = await openUpdated()
    await follower.dock.plugins.activate(ID, ({ version }) => version)
    await follower.dock.close()
    await stage.clock.settle()
    expect(await trialOf(stage)).toMatchObject({ deaths: 0, isRunning: false })
  })
})
