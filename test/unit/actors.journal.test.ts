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

function brokenCommit() {
  let fail = (): void => {}
  const commit = () =>
    new Promise<void>((_, reject) => {
      fail = () => reject(new Error('The disk is broken'))
    })
  return { commit, fail: () => fail() }
}

/** What a request waits for that was answered with this task. */
function whenRecorded(journal: Journal, taskId: string): Promise<string> {
  const recorded = journal.whenStarted(`request of ${taskId}`)
  journal.accepted(`request of ${taskId}`, taskId)
  return recorded
}

/** A journal with a task that is recorded; then its commits are these, and those after them succeed. */
async function openJournal(commits: (() => Promise<void>)[]) {
  const journal = new Journal(({ record }) => [{ key: record.taskId, value: record }])
  let written = 0
  const write = async (): Promise<void> => {
    if (written > 0) await commits.shift()?.()
    written++
  }
  journal.connect(write, () => {})
  journal.changed({ record: recordOf('task') })
  await whenRecorded(journal, 'task')
  await journal.whenWritten('task')
  journal.touch('task')
  while (commits.length > 0) await Promise.resolve()
  return { journal, written: () => written }
}

it('a change that is waited for, while a commit of the task is under way that then fails -> nobody waits for ever', async () => {
  const { commit, fail } = brokenCommit()
  const { journal, written } = await openJournal([commit])
  const waiting = journal.whenWritten('task')
  fail()
  await waiting
  expect(written()).toBe(1)
})

it('a change that is waited for after its commit failed -> is written at last', async () => {
  const { commit, fail } = brokenCommit()
  const { journal, written } = await openJournal([commit])
  fail()
  await journal.flush()
  await journal.whenWritten('task')
  expect(written()).toBe(2)
})

it('a change of another task is waited for while a commit that then fails is under way -> is written by the next one', async () => {
  const { commit, fail } = brokenCommit()
  const { journal, written } = await openJournal([commit])
  journal.changed({ record: recordOf('other') })
  const waiting = journal.whenWritten('other')
  fail()
  await waiting
  expect(written()).toBe(2)
})

/** A task whose commit fails at once, and of which somebody wants to know after so many turns that it is recorded. */
async function askAfter(turns: number): Promise<'recorded' | 'refused' | 'never answered'> {
  let isBroken = true
  const journal = new Journal(({ record }) => [{ key: record.taskId, value: record }])
  const write = async (): Promise<void> => {
    if (!isBroken) return
    isBroken = false
    throw new Error('The disk is broken')
  }
  journal.connect(write, () => {})
  journal.changed({ record: recordOf('task') })
  for (let turn = 0; turn < turns; turn++) await Promise.resolve()
  let answer: Awaited<ReturnType<typeof askAfter>> = 'never answered'
  whenRecorded(journal, 'task').then(
    () => {
      answer = 'recorded'
    },
    () => {
      answer = 'refused'
    },
  )
  for (let turn = 0; turn < 30; turn++) await Promise.resolve()
  return answer
}

it('a record is waited for before its commit has failed -> refused; at any moment after -> the next commit answers', async () => {
  const answers: string[] = []
  for (let turns = 0; turns < 12; turns++) answers.push(await askAfter(turns))
  expect(answers[0]).toBe('refused')
  expect(answers.at(-1)).toBe('recorded')
  expect(answers).not.toContain('never answered')
})

it('the record of a task that was forgotten meanwhile is waited for -> nobody waits for ever', async () => {
  const { journal } = await openJournal([])
  journal.removed('task')
  await journal.flush()
  await whenRecorded(journal, 'task')
  expect(journal.views.size).toBe(0)
})

function manyTasks(count: number): DownloadRecord[] {
  return Array.from({ length: count }, (_, at) => ({ ...recordOf(`task-${at}`), priority: at === count - 1 ? 1 : 0 }))
}

it('thousands at once -> in several commits, each task once, the most wanted first', async () => {
  const commits: string[][] = []
  const journal = new Journal(({ record }) => [{ key: record.taskId, value: record }])
  const write = async (changes: readonly { readonly key: string }[]) => void commits.push(changes.map(({ key }) => key))
  journal.connect(write, () => {})
  for (const record of manyTasks(1200)) journal.changed({ record })
  await journal.flush()
  expect(commits.map(({ length }) => length)).toEqual([500, 500, 200])
  expect(commits[0]?.[0]).toBe('task-1199')
  expect(new Set(commits.flat()).size).toBe(1200)
})

it('thousands at once, and a commit fails -> those that were written count, all others are told', async () => {
  let commits = 0
  const journal = new Journal(({ record }) => [{ key: record.taskId, value: record }])
  const write = async () => {
    if (++commits === 2) throw new Error('The disk is broken')
  }
  const told = { recorded: 0, unrecorded: 0 }
  journal.connect(write, (report) => {
    if (report.type === 'tasks.recorded') told.recorded += report.taskIds.length
    else told.unrecorded += report.taskIds.length
  })
  for (const record of manyTasks(1200)) journal.changed({ record })
  const last = whenRecorded(journal, 'task-1198')
  const written = journal.whenWritten('task-1198')
  await expect(last).rejects.toThrow('The disk is broken')
  await written
  expect(told).toEqual({ recorded: 500, unrecorded: 700 })
  expect(commits).toBe(2)
})

it('others of its kind change -> who waits for one task is not asked', async () => {
  const journal = new Journal(() => [])
  let asked = 0
  journal.show({ record: recordOf('one') })
  const gone = journal.until('one', (view) => {
    asked++
    return view === undefined
  })
  for (const record of manyTasks(100)) journal.show({ record })
  expect(asked).toBe(1)
  journal.hide('one')
  await gone
})
