import { expect, test } from 'vitest'
import { createWords } from '../../../src/react/index.js'
import { localeTag } from '../../../src/react/words/localeTag.js'

test.each([
  ['de', 'de'],
  ['ar-EG-u-nu-latn', 'ar-EG-u-nu-latn'],
  ['en-us', 'en-US'],
  ['en-US@posix', 'en-US'],
  ['de_DE.UTF-8', 'de-DE'],
  ['c', 'en'],
  ['', 'en'],
  ['@', 'en'],
])('%j -> %j, and Intl takes it', (given, tag) => {
  expect(localeTag(given)).toBe(tag)
  expect(new Intl.NumberFormat(localeTag(given)).format(1)).toMatch(/^\S$/)
})

test('words of a locale that Intl does not take -> those of as much of it as Intl takes', () => {
  expect(createWords({ locale: 'de_DE@euro' }).locale).toBe('de-DE')
})
