import { describe, expect, test } from 'vitest'
import { GERMAN } from '../../../src/react/words/german.js'
import { remainingStep, remainingText } from '../../../src/react/words/remaining.js'
import { SteadyRemaining } from '../../../src/react/words/steadyRemaining.js'
import { createWords } from '../../../src/react/words/words.js'

const english = createWords()
const german = createWords({ locale: 'de', messages: GERMAN })
const plain = (text: string) => text.replaceAll('\u00a0', ' ')
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

test.each([
  [4 * SECOND, 'a few seconds left', 'noch wenige Sekunden'],
  [31 * SECOND, '40 sec left', 'noch 40 Sek.'],
  [55 * SECOND, '1 min left', 'noch 1 Min.'],
  [165 * SECOND, '3 min left', 'noch 3 Min.'],
  [21 * MINUTE, '25 min left', 'noch 25 Min.'],
  [58 * MINUTE, '1 hr left', 'noch 1 Std.'],
  [80 * MINUTE, '1 hr 30 min left', 'noch 1 Std. 30 Min.'],
  [4.2 * HOUR, '5 hr left', 'noch 5 Std.'],
  [13 * HOUR, 'more than 12 hours left', 'noch über 12 Stunden'],
  [26 * HOUR, 'more than a day left', 'noch über einen Tag'],
])('%d ms -> %s, in German %s', (estimateMs, text, deutsch) => {
  expect(plain(remainingText(remainingStep(estimateMs), english))).toBe(text)
  expect(plain(remainingText(remainingStep(estimateMs), german))).toBe(deutsch)
})

describe('an estimate that moves', () => {
  test('nothing yet -> silence, then calculating, then silence', () => {
    const steady = new SteadyRemaining()
    const said = [0, 900, 1000, 11_000, 11_100].map((at) => steady.next(undefined, at))
    expect(said).toEqual([undefined, undefined, 'calculating', 'calculating', undefined])
  })

  test('the first that is there at once -> taken at its word', () => {
    expect(new SteadyRemaining().next(165_000, 0)).toEqual(remainingStep(165_000))
  })

  test('after calculating, estimates that disagree -> nothing until three agree', () => {
    const steady = new SteadyRemaining()
    steady.next(undefined, 0)
    const said = [10_000, 100_000, 30_000, 31_000, 32_000].map((estimate, index) =>
      steady.next(estimate, 12_000 + index * 1600),
    )
    expect(said.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined])
  })

  test('a lower step -> after a second of it; a higher one -> after five', () => {
    const steady = new SteadyRemaining()
    steady.next(100_000, 0)
    expect(steady.next(50_000, 3000)).toEqual(remainingStep(100_000))
    expect(steady.next(50_000, 4000)).toEqual(remainingStep(50_000))
    expect(steady.next(200_000, 7000)).toEqual(remainingStep(50_000))
    expect(steady.next(200_000, 11_900)).toEqual(remainingStep(50_000))
    expect(steady.next(200_000, 12_000)).toEqual(remainingStep(200_000))
  })

  test('an hour of jitter by a third -> at most 30 other texts', () => {
    const steady = new SteadyRemaining()
    const texts: string[] = []
    for (let at = 0; at < HOUR; at += 100) {
      const jitter = 1 + 0.3 * Math.sin(at / 700) * Math.cos(at / 3100)
      const view = steady.next((HOUR - at) * jitter, at)
      const text = view && view !== 'calculating' ? remainingText(view, english) : ''
      if (texts.at(-1) !== text) texts.push(text)
    }
    expect(texts.length).toBeLessThanOrEqual(30)
    expect(texts.at(-1)).toBe('a few seconds left')
  })

  test('a stop -> starts fresh', () => {
    const steady = new SteadyRemaining()
    steady.next(100_000, 0)
    steady.stop()
    expect(steady.next(undefined, 5000)).toBeUndefined()
  })
})
