import { expect, test } from 'vitest'
import { groupsOf } from '../../../src/react/list/groups.js'
import { prioritiesAfter, type Turn } from '../../../src/react/list/turns.js'
import { SCENARIOS } from '../../../stories/scenarios.js'

const turn = (taskId: string, priority: number, arrival: number): Turn => ({ taskId, priority, arrival })

/** As the core orders them: higher priority first, then first come, first served. */
function orderAfter(turns: readonly Turn[], changes: ReadonlyMap<string, number>): string {
  return turns
    .map((one) => ({ ...one, priority: changes.get(one.taskId) ?? one.priority }))
    .sort((left, right) => right.priority - left.priority || left.arrival - right.arrival)
    .map(({ taskId }) => taskId)
    .join('')
}

const EQUALS = [turn('a', 0, 0), turn('b', 0, 1), turn('c', 0, 2), turn('d', 0, 3)]
const MIXED = [turn('a', 5, 3), turn('b', 5, 4), turn('c', 1, 0), turn('d', 0, 1)]

test.each([
  ['of the same priority, one earlier', EQUALS, 'c', 'earlier', 'acbd'],
  ['of the same priority, one later', EQUALS, 'a', 'later', 'bacd'],
  ['of the same priority, the last earlier', EQUALS, 'd', 'earlier', 'abdc'],
  ['of other priorities, one earlier', MIXED, 'c', 'earlier', 'acbd'],
  ['of other priorities, one later', MIXED, 'c', 'later', 'abdc'],
  ['the first earlier', EQUALS, 'a', 'earlier', 'abcd'],
  ['the last later', EQUALS, 'd', 'later', 'abcd'],
  ['one that waits for no turn', EQUALS, 'x', 'later', 'abcd'],
] as const)('%s -> in that order', (_, turns, taskId, direction, order) => {
  expect(orderAfter(turns, prioritiesAfter(turns, taskId, direction))).toBe(order)
})

test('nothing has to change -> nothing does', () => {
  expect(prioritiesAfter(EQUALS, 'a', 'earlier').size).toBe(0)
  expect([...prioritiesAfter(MIXED, 'd', 'earlier').keys()]).toEqual(['d'])
})

test('those that wait for a turn -> in its order, and the others stay where they are', () => {
  const at = (taskId: string, position: number) => ({
    ...SCENARIOS.queued.progress,
    taskId,
    waitingFor: { code: 'slot', message: '', position } as const,
  })
  const offline = { ...SCENARIOS.awaitingNetwork.progress, taskId: 'offline' }
  const [waiting] = groupsOf([at('third', 3), offline, at('first', 1), at('second', 2)], new Map(), 0)
  expect(waiting?.downloads.map(({ taskId }) => taskId)).toEqual(['first', 'offline', 'second', 'third'])
})
