import { describe, expect, it } from 'vitest'
import { Answers } from '../../../../src/actors/tabs/answers.js'
import { Calls } from '../../../../src/actors/tabs/calls.js'
import type { LeaderHandlers } from '../../../../src/actors/tabs/leaderMethods.js'
import type { Answer } from '../../../../src/actors/tabs/messages.js'
import { StorageError } from '../../../../src/domain/errors/index.js'
import { always, stall } from '../../../../src/testing/index.js'
import { createTabStage } from './tabStage.js'

const ID = 'acme.charts'

async function openTwo() {
  const stage = createTabStage()
  const leader = await stage.openTab()
  const follower = await stage.openTab()
  return { stage, leader, follower }
}

describe('a page loses its leadership in the middle of a command', () => {
  it('of its own, that was not written -> it settles when the next leader has carried it out', async () => {
    const { stage, leader, follower } = await openTwo()
    const { url, path } = await stage.publish()
    stage.origin.script(path, always(stall(100_000)))
    const task = await leader.dock.downloads.startDownload(url)
    await stage.pass(() => task.progress.state === 'downloading', 'it to move')
    const wake = leader.standStill()
    const pausing = leader.dock.downloads.pauseDownload(task.id)
    leader.hang()
    await stage.settled(follower.dock.policy.change({ askAboveBytes: 1 }))
    wake()
    await stage.settled(pausing)
    expect(follower.dock.downloads.getTask(task.id)?.progress.state).toBe('paused')
    await stage.pass(() => task.progress.state === 'paused', 'the other one to show it')
  })

  it('of another page -> what fails from then on is no answer', async () => {
    const calls = new Calls('page')
    let fail = (_: Error): void => {}
    const failing = new Promise<number>((_, reject) => {
      fail = reject
    })
    calls.serve({ 'storage.availableSpace': () => failing } as Partial<LeaderHandlers> as LeaderHandlers) // no other is called
    const answered: Answer[] = []
    let isOver = false
    const answers = new Answers(calls, { tell: (answer) => answered.push(answer), isOver: () => isOver })
    const received = answers.receive({ id: 'other-1', method: 'storage.availableSpace', args: [] }, false)
    isOver = true
    fail(new StorageError('The records are closed'))
    await received
    expect(answered).toEqual([])
    expect(answers.remind(['other-1'])).toEqual(['other-1'])
  })
})

it('a page of another release wants what is unknown here -> unsupported, and it waits for nobody', async () => {
  const calls = new Calls('page')
  calls.serve({} as Partial<LeaderHandlers> as LeaderHandlers) // as where the method is new
  const answered: Answer[] = []
  const answers = new Answers(calls, { tell: (answer) => answered.push(answer), isOver: () => false })
  await answers.receive({ id: 'other-1', method: 'storage.cleanUp', args: [] }, false)
  expect(answered).toMatchObject([{ id: 'other-1', ok: false, error: { code: 'unsupported' } }])
})

describe('a download that a page asked for', () => {
  it('was shown, and its leader hung before it was recorded -> the handle is of the one that the next leader made', async () => {
    const { stage, leader, follower } = await openTwo()
    const { url, bytes } = await stage.publish()
    const wake = leader.standStill()
    const starting = follower.dock.downloads.startDownload(url)
    await stage.pass(() => follower.dock.downloads.getTasks().length === 1, 'it to be shown')
    leader.hang()
    await stage.pass(() => follower.leads, 'the follower to lead')
    wake()
    const task = await stage.settled(starting)
    expect(follower.dock.downloads.getTasks().map(({ id }) => id)).toEqual([task.id])
    expect(await stage.settled(task.finished)).toMatchObject({ pluginId: ID, sizeBytes: bytes.length })
  })

  it('was installed and dismissed before its answer came -> it says so, and does not wait for ever', async () => {
    const { stage, leader, follower } = await openTwo()
    const { url } = await stage.publish()
    stage.fateOf = (_, __, from) => (from?.leads ? 'lost' : 'heard')
    const starting = expect(follower.dock.downloads.startDownload(url)).rejects.toMatchObject({ code: 'not-found' })
    await stage.pass(() => leader.dock.downloads.getTasks()[0]?.progress.state === 'installed', 'it to be installed')
    await leader.dock.downloads.dismissSettled()
    stage.fateOf = () => 'heard'
    await stage.settled(starting)
  })
})
