import { expect, it } from 'vitest'
import { Journal } from '../../src/actors/journal.js'
import type { DownloadRecord } from '../../src/domain/records.js'

function recordOf(taskId: string): DownloadRecord {
  const counters = { seq: 1, priority: 0, attempt: 1, bytesDownloaded: 0, bytesReused: 0, bytesTransferred: 0 }
  return { v: 1, taskId, source: 'https://origin.test/', state: 'resolving', initiator: 'user', ...counters }
}

it('a task that comes at whatever moment of the commit before -> is recorded', async () => {
  for (let turns = 0; turns < 12; turns++) {
    const written: string[] = []
    const journal = new Journal(({ record }) => [{ key: record.taskId, value: record }])
    journal.connect(
      async (changes) => {
        for (const { key } of changes) written.push(key)
      },
      () => {},
    )
    journal.changed({ record: recordOf('first') })
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    journal.changed({ record: recordOf('second') })
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    expect(written, `after ${turns} turns`).toEqual(['first', 'second'].slice(0, 2))
  }
})

it('a change that is waited for, while a commit of the task is under way that then fails -> nobody waits for ever', async () => {
  const journal = new Journal(({ record }) => [{ key: record.taskId, value: record }])
  let fail = (): void => {}
  const commits = [
    () => Promise.resolve(),
    () =>
      new Promise<void>((_, reject) => {
        fail = () => reject(new Error('The disk is broken'))
      }),
  ]
  journal.connect(
    () => commits.shift()?.() ?? Promise.resolve(),
    () => {},
  )
  journal.changed({ record: recordOf('task') })
  await journal.whenRecorded('task')
  await journal.whenWritten('task')
  journal.touch('task')
  while (commits.length > 0) await Promise.resolve()
  const waiting = journal.whenWritten('task')
  fail()
  await waiting
  expect(commits).toEqual([])
})
