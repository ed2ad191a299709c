import { expect, it } from 'vitest'
import { createTabStage, type Tab, type TabStage } from './tabStage.js'

const SIZE = 3_000_000
const LIMIT = 100_000
const SECONDS = 5

/** Bytes that come while time passes, as this page is told. */
async function bytesIn({ clock }: TabStage, { dock }: Tab, taskId: string): Promise<number> {
  const transferred = () => dock.downloads.getTask(taskId)?.progress.bytesTransferred ?? 0
  const before = transferred()
  await clock.advance(SECONDS * 1000)
  return transferred() - before
}

/** News of a leader are a few times a second. */
function expectLimited(bytes: number): void {
  expect(bytes).toBeGreaterThan(0.85 * LIMIT * SECONDS)
  expect(bytes).toBeLessThan(1.15 * LIMIT * SECONDS)
}

it('a limit that a page sets which follows -> holds at the leader, at the next one, and after all were closed', async () => {
  const stage = createTabStage()
  const leader = await stage.openTab()
  const follower = await stage.openTab()
  const { url } = await stage.publish({ size: SIZE })
  await stage.settled(follower.dock.policy.change({ limitBytesPerSecond: LIMIT }))
  const { id } = await stage.settled(follower.dock.downloads.startDownload(url))
  await stage.clock.advance(2000)
  expectLimited(await bytesIn(stage, follower, id))
  await leader.dock.close()
  await stage.pass(() => follower.leads, 'the follower to lead')
  await stage.clock.advance(2000)
  expectLimited(await bytesIn(stage, follower, id))
  await follower.dock.close()
  const { dock } = await stage.openTab()
  expect(dock.policy.current.limitBytesPerSecond).toBe(LIMIT)
})
