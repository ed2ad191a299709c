import { expect, test } from 'vitest'
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
