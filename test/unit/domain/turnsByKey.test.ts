import { expect, test } from 'vitest'
import { TurnsByKey } from '../../../src/domain/turnsByKey.js'

/** Work that begins when its turn has come, and ends when it is told to. */
class HeldWork {
  readonly #ending: Promise<string>
  hasBegun = false
  end: (answer: string) => void = () => {}
  fail: (error: Error) => void = () => {}

  constructor() {
    this.#ending = new Promise((resolve, reject) => {
      this.end = resolve
      this.fail = reject
    })
  }

  readonly run = (): Promise<string> => {
    this.hasBegun = true
    return this.#ending
  }
}

test('work under one key -> each begins when the one before is over, in the order they came', async () => {
  const turns = new TurnsByKey()
  const [first, second, third] = [new HeldWork(), new HeldWork(), new HeldWork()]
  const answers = [turns.take('a', first.run), turns.take('a', second.run), turns.take('a', third.run)]
  await turns.take('b', async () => {})
  expect([first.hasBegun, second.hasBegun]).toEqual([true, false])
  first.end('one')
  await answers[0]
  expect([second.hasBegun, third.hasBegun]).toEqual([true, false])
  second.end('two')
  third.end('three')
  expect(await Promise.all(answers)).toEqual(['one', 'two', 'three'])
})

test('work that fails -> its caller is told, and the next has its turn', async () => {
  const turns = new TurnsByKey()
  const [failing, next] = [new HeldWork(), new HeldWork()]
  const [failed, done] = [turns.take('a', failing.run), turns.take('a', next.run)]
  failing.fail(new Error('disk'))
  await expect(failed).rejects.toThrow('disk')
  next.end('next')
  expect(await done).toBe('next')
})

test('who waits for a key -> until what has come under it is over, whatever else runs', async () => {
  const turns = new TurnsByKey()
  const [mine, another] = [new HeldWork(), new HeldWork()]
  const [failed, other] = [turns.take('a', mine.run), turns.take('b', another.run)]
  const told: string[] = []
  const own = turns.over('a').then(() => told.push('a'))
  const all = turns.allOver().then(() => told.push('all'))
  mine.fail(new Error('disk'))
  await expect(failed).rejects.toThrow('disk')
  await own
  expect(told).toEqual(['a'])
  another.end('done')
  await other
  await all
  expect(await turns.over('never asked for')).toBeUndefined()
})
