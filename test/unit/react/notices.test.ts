import { describe, expect, test } from 'vitest'
import { describeNotice, groupNotices } from '../../../src/react/notices/describeNotice.js'
import { systemState } from '../../../src/react/notices/systemNotifier.js'
import { tell } from '../../../src/react/notices/tell.js'
import { GERMAN } from '../../../src/react/words/german.js'
import { createWords } from '../../../src/react/words/words.js'
import { MANY_NOTICES, NOTICES } from '../../../stories/notices.js'
import { NOW } from '../../../stories/scenarios.js'

const words = createWords({ timeZone: 'UTC' })
const german = createWords({ locale: 'de', messages: GERMAN, timeZone: 'UTC' })
const NAMES: Readonly<Record<string, string>> = { 'acme.charts': 'Charts' }
const nameOf = (pluginId: string) => NAMES[pluginId]
const plain = (text: string | undefined) => text?.replaceAll('\u00a0', ' ')

describe('words', () => {
  test.each(NOTICES.map((notice) => [notice.notification.type, notice] as const))(
    '%s -> a title and a text in both languages, with nothing left open',
    (_, notice) => {
      for (const language of [words, german]) {
        const { title, text } = describeNotice(notice, nameOf, language, NOW)
        expect(title).not.toBe('')
        expect(text ?? '').not.toBe('')
        expect(`${title} ${text}`).not.toMatch(/[{}[\]]/)
      }
    },
  )

  test('what was removed to make room is named as people name it', () => {
    const evicted = NOTICES.find(({ notification }) => notification.type === 'evicted')
    if (!evicted) throw new Error('There is one of each kind')
    const { title, text } = describeNotice(evicted, nameOf, words, NOW)
    expect([plain(title), text]).toEqual(['Freed 28.1 MB.', 'Charts 2.0.0 removed to make room.'])
  })
})

test('more than three of a kind -> one group where its newest is', () => {
  const groups = groupNotices(
    MANY_NOTICES.map((notice) => describeNotice(notice, nameOf, words, NOW)),
    words,
  )
  expect(groups.map(({ notices, text }) => (notices.length > 1 ? text : notices[0]?.kind))).toEqual([
    'rolledBack',
    '5 plugins are ready.',
  ])
})

test.each([
  ['unsupported', 'yes', 'unsupported'],
  ['denied', 'yes', 'blocked'],
  ['granted', 'yes', 'on'],
  ['granted', 'no', 'off'],
  ['granted', undefined, 'off'],
  ['default', 'yes', 'off'],
] as const)('the browser says %s, the person %s -> %s', (permission, choice, state) => {
  expect(systemState(permission, choice)).toBe(state)
})

test('told by the system -> the name, what is to be known, one for each download', () => {
  const shown: string[] = []
  const notifier = {
    permission: () => 'granted' as const,
    ask: async () => 'granted' as const,
    show: (title: string, { body, tag }: { body: string; tag: string }) => void shown.push(`${tag}: ${title}, ${body}`),
  }
  for (const notice of NOTICES) tell(notice, words, notifier)
  expect(shown).toEqual([
    'acme.charts: Charts, Back on 2.1.0',
    'a: 3D scenes, Needs you: Needs your OK',
    'b: PDF viewer, Ready to use',
    "c: Data graphics, Needs you: Couldn't download",
    'd: 3D scenes, Needs you: Free up space',
  ])
})
