import { describe, expect, test } from 'vitest'
import { ENGLISH } from '../../../src/react/words/english.js'
import { fill } from '../../../src/react/words/fill.js'
import { GERMAN } from '../../../src/react/words/german.js'
import type { Message } from '../../../src/react/words/messages.js'
import { createWords } from '../../../src/react/words/words.js'

const english = createWords()
const german = createWords({ locale: 'de', messages: GERMAN })
const plain = (text: string | undefined) => text?.replaceAll('\u00a0', ' ')
const grammar = { plural: new Intl.PluralRules('en'), number: new Intl.NumberFormat('en') }

describe('bytes', () => {
  test.each([
    [0, '0 B', '0 B'],
    [1, '1 kB', '1 kB'],
    [400_000, '400 kB', '400 kB'],
    [3_400_000, '3.4 MB', '3,4 MB'],
    [28_000_000, '28 MB', '28 MB'],
    [29_600_000, '29.6 MB', '29,6 MB'],
    [102_400_000, '102 MB', '102 MB'],
    [1_500_000_000, '1.5 GB', '1,5 GB'],
  ])('%d -> %s, in German %s', (bytes, text, deutsch) => {
    expect(plain(english.bytes(bytes))).toBe(text)
    expect(plain(german.bytes(bytes))).toBe(deutsch)
  })

  test('two together -> the unit of the larger, once', () => {
    expect(english.pair(18_400_000, 29_600_000)).toEqual({ done: '18.4', total: '29.6\u00a0MB' })
    expect(german.pair(250_000, 3_100_000)).toEqual({ done: '0,3', total: '3,1\u00a0MB' })
  })
})

test.each([
  [500, undefined, undefined],
  [68_000, '68 kB/s', '68 kB/s'],
  [4_200_000, '4.2 MB/s', '4,2 MB/s'],
  [42_000_000, '42 MB/s', '42 MB/s'],
])('a speed of %d -> %s, in German %s', (bytesPerSecond, text, deutsch) => {
  expect(plain(english.speed(bytesPerSecond))).toBe(text)
  expect(plain(german.speed(bytesPerSecond))).toBe(deutsch)
})

test.each([
  [1, '1st'],
  [2, '2nd'],
  [3, '3rd'],
  [11, '11th'],
  [22, '22nd'],
])('place %d -> %s', (position, text) => {
  expect(english.ordinal(position)).toBe(text)
  expect(german.ordinal(position)).toBe(`${position}.`)
})

test('a time long ago -> hours, then a date', () => {
  const now = Date.UTC(2026, 10, 30)
  const words = createWords({ timeZone: 'UTC' })
  expect(words.ago(now - 30_000, now)).toBeUndefined()
  expect(words.ago(now - 2 * 3_600_000, now)).toBe('2 hours ago')
  expect(words.ago(now - 8 * 86_400_000, now)).toBe('November 22')
})

describe('a message', () => {
  test.each<[Message, Record<string, string | number>, string | undefined]>([
    ['{name} is here', { name: 'Charts' }, 'Charts is here'],
    ['{name} is here', {}, undefined],
    ['Skipped[ until {until}].', {}, 'Skipped.'],
    ['Skipped[ until {until}].', { until: 'May' }, 'Skipped until May.'],
    [{ one: '{n} item', other: '{n} items' }, { n: 1 }, '1 item'],
    [{ one: '{n} item', other: '{n} items' }, { n: 1200 }, '1,200 items'],
  ])('%j with %j -> %j', (message, parameters, text) => {
    expect(fill(message, parameters, grammar)).toBe(text)
  })
})

describe('the catalogues', () => {
  test('German speaks of the same things as English', () => {
    const names = (messages: object) =>
      Object.keys(flat(messages)).filter((path) => !/\.(one|two|few|other)$/.test(path))
    const lacking = (left: object, right: object) =>
      names(left).filter((path) => !path.includes('ordinal') && !has(right, path))
    expect(lacking(ENGLISH, GERMAN)).toEqual([])
    expect(lacking(GERMAN, ENGLISH)).toEqual([])
  })

  test.each([
    ['English', ENGLISH],
    ['German', GERMAN],
  ])('%s: no full stop after titles and sentences, one after notes, no exclamation', (_, { situations }) => {
    for (const { title, sentence, note } of Object.values(situations)) {
      for (const text of forms(title, sentence)) expect(text).not.toMatch(/[.!]$/)
      for (const text of forms(note)) expect(text).toMatch(/\.\]?$/)
    }
  })

  test('another language -> English, or what the app gives', () => {
    expect(createWords({ locale: 'fr' }).messages).toBe(ENGLISH)
    expect(createWords({ locale: 'fr', messages: GERMAN }).messages).toBe(GERMAN)
  })
})

function flat(value: object, path = ''): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) =>
      typeof inner === 'object' && inner !== null
        ? Object.entries(flat(inner, `${path}${name}.`))
        : [[`${path}${name}`, inner]],
    ),
  )
}

function has(messages: object, path: string): boolean {
  return Object.keys(flat(messages)).some((known) => known === path || known.startsWith(`${path}.`))
}

function forms(...messages: readonly (Message | undefined)[]): string[] {
  return messages.flatMap((message) => {
    if (message === undefined) return []
    return typeof message === 'string' ? [message] : Object.values(message)
  })
}
