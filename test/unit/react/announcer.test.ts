import { expect, test } from 'vitest'
import type { DownloadProgress } from '../../../src/domain/progress.js'
import { Announcer } from '../../../src/react/live/Announcer.js'
import { createWords } from '../../../src/react/words/words.js'
import { createVirtualClock } from '../../../src/testing/index.js'
import { SCENARIOS } from '../../../stories/scenarios.js'

const words = createWords()

function listen() {
  const clock = createVirtualClock()
  const heard: string[] = []
  const announcer = new Announcer(clock, (text) => heard.push(text.replaceAll('\u00a0', ' ')))
  const tell = async (rows: readonly DownloadProgress[], passMs = 4000) => {
    announcer.hear(rows, words)
    await clock.advance(passMs)
  }
  return { heard, tell, announcer, clock }
}

function row(taskId: string, changes: Partial<DownloadProgress>): DownloadProgress {
  return { ...SCENARIOS.downloadingFirst.progress, taskId, totalBytes: 100_000_000, bytesDownloaded: 0, ...changes }
}

test('what was there before -> not said; a new one -> that it started', async () => {
  const { heard, tell } = listen()
  await tell([row('a', {})])
  await tell([row('a', {}), row('b', { name: 'Charts' })])
  expect(heard).toEqual(['Charts: download started, 100 MB'])
})

test('new, and done or in need of somebody when first seen -> that, and not that it started', async () => {
  const { heard, tell } = listen()
  await tell([])
  await tell([row('a', { state: 'installed', name: 'Charts', version: '1.0.0', bytesDownloaded: 100_000_000 })])
  await tell([row('a', { state: 'installed', name: 'Charts' }), row('b', { state: 'awaitingConsent', name: 'Maps' })])
  expect(heard).toHaveLength(2)
  expect(heard[0]).toMatch(/^Charts: Installed/)
  expect(heard[1]).toMatch(/^Maps: /)
  expect(heard.join()).not.toContain('started')
})

test('ticks, speeds and times -> silence; quartiles after ten seconds -> said', async () => {
  const { heard, tell } = listen()
  await tell([row('a', {})])
  for (let percent = 1; percent <= 60; percent++) await tell([row('a', { bytesDownloaded: percent * 1_000_000 })], 1000)
  expect(heard).toEqual(['3D scenes: 25 percent', '3D scenes: 50 percent'])
})

test('a state -> its title and sentence, once', async () => {
  const { heard, tell } = listen()
  await tell([row('a', {})])
  const offline = row('a', { state: 'awaitingNetwork', waitingFor: { code: 'offline', message: '' } })
  await tell([offline])
  await tell([offline])
  expect(heard).toEqual(["3D scenes: You're offline. Goes on by itself when you're back"])
})

test('a countdown -> the text that does not count', async () => {
  const { heard, tell } = listen()
  await tell([row('a', {})])
  await tell([{ ...SCENARIOS.retrying.progress, taskId: 'a' }])
  expect(heard).toEqual(['PDF viewer: Trying again in a few seconds. The connection was cut'])
})

test('many at once -> one message in three seconds, the newest of each', async () => {
  const { heard, tell } = listen()
  await tell([row('a', {}), row('b', {})])
  await tell([row('a', { state: 'paused' }), row('b', { state: 'paused' })], 1000)
  await tell([row('a', { state: 'paused' }), row('b', { state: 'verifying' })], 1000)
  expect(heard).toHaveLength(1)
  await tell([row('a', { state: 'paused' }), row('b', { state: 'verifying' })], 3000)
  expect(heard[1]).toBe('3D scenes: Checking. Making sure every byte is right')
})

test('three or more that are done or need somebody -> one sentence', async () => {
  const { heard, tell } = listen()
  const ids = ['a', 'b', 'c', 'd']
  await tell(ids.map((id) => row(id, {})))
  await tell(ids.map((id) => row(id, id === 'd' ? { state: 'failed' } : { state: 'installed' })))
  expect(heard).toEqual(['3 downloads done, 1 needs you'])
})

test('what a person has just pressed, and sees -> not repeated; what needs somebody is said', async () => {
  const { heard, tell, announcer, clock } = listen()
  await tell([row('a', {}), row('b', {})])
  const isAnswer = (taskId: string) => taskId === 'a'
  announcer.hear([row('a', { state: 'paused' }), row('b', { state: 'paused', name: 'Charts' })], words, isAnswer)
  await clock.advance(10_000)
  expect(heard).toHaveLength(1)
  expect(heard[0]).toMatch(/^Charts: Paused/)
  announcer.hear([row('a', { state: 'failed' }), row('b', { state: 'paused' })], words, isAnswer)
  await clock.advance(10_000)
  expect(heard).toHaveLength(2)
})

test('stopped -> says no more', async () => {
  const { heard, tell, announcer, clock } = listen()
  await tell([row('a', {})])
  announcer.hear([row('a', { state: 'paused' })], words)
  announcer.stop()
  await clock.advance(10_000)
  expect(heard).toEqual([])
})
