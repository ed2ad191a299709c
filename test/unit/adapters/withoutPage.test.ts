import { expect, test } from 'vitest'
import { whenPageHides } from '../../../src/adapters/pageLife.js'

test('asked for the end of a page where there is none, as in a service worker -> never told, and no error', () => {
  expect('window' in globalThis).toBe(false)
  const stop = whenPageHides(() => expect.unreachable())
  expect(stop).not.toThrow()
})
