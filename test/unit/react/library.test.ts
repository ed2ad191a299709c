import { describe, expect, test } from 'vitest'
import { rollbackFacts } from '../../../src/react/dock/rollbackFacts.js'
import { describePlugin } from '../../../src/react/library/describePlugin.js'
import { itemAfterKey } from '../../../src/react/library/menuKeys.js'
import { createWords } from '../../../src/react/words/words.js'
import { PLUGINS } from '../../../stories/library.js'
import { NOW, SCENARIOS } from '../../../stories/scenarios.js'

const words = createWords({ timeZone: 'UTC' })
const options = { words, now: NOW }

describe('a row', () => {
  test.each([
    ['ok', PLUGINS.pdf],
    ['rolledBack', PLUGINS.charts],
    ['damaged', PLUGINS.graphics],
  ] as const)('%s', (state, view) => {
    expect(describePlugin(view, options).state).toBe(state)
  })

  test('its only version failed -> it does not start, and the version says until when', () => {
    const quarantine = { reason: 'x', failures: 1, cause: 'slow', until: NOW } as const
    const { plugin, versions } = PLUGINS.markdown
    const view = { plugin, versions: versions.map((version) => ({ ...version, quarantine })) }
    expect(describePlugin(view, options)).toMatchObject({
      state: 'broken',
      chips: [{ kind: 'broken' }],
      versions: [{ tone: 'bad', action: 'tryVersion', sentence: expect.stringContaining("Wasn't ready in time.") }],
    })
  })

  test('two to go back to -> offered is the one that a roll back leads to', () => {
    const { plugin, versions } = PLUGINS.pdf
    const [active, previous] = versions
    if (!active || !previous) throw new Error('It has two')
    const untried = { ...previous, version: '4.8.0', address: 'other', health: 'untried' as const }
    const described = describePlugin({ plugin, versions: [active, untried, previous] }, options)
    expect(described.previous).toBe('4.7.76')
    expect(described.versions.map(({ action }) => action)).toEqual([undefined, undefined, 'goBack'])
  })

  test('what removing frees -> all versions together', () => {
    expect(describePlugin(PLUGINS.pdf, options).sizeBytes).toBe(37_100_000)
  })
})

describe('why a download was rolled back', () => {
  const { progress } = SCENARIOS.rolledBack

  test('its version is skipped -> the cause of that, and until when', () => {
    expect(rollbackFacts(progress, PLUGINS.charts)).toEqual({ cause: 'failed', until: expect.any(Number) })
  })

  test('its version is kept -> a person went back', () => {
    const view = { ...PLUGINS.charts, versions: PLUGINS.charts.versions.map(({ quarantine: _, ...rest }) => rest) }
    expect(rollbackFacts(progress, view)).toEqual({ cause: 'user' })
  })

  test('its version is gone, or it was not rolled back -> nothing is said', () => {
    expect(rollbackFacts(progress, undefined)).toBeUndefined()
    expect(rollbackFacts({ ...progress, state: 'installed' }, PLUGINS.charts)).toBeUndefined()
  })
})

test.each([
  ['ArrowDown', 3, 0],
  ['ArrowUp', 0, 3],
  ['Home', 2, 0],
  ['End', 0, 3],
  ['c', 0, 1],
  ['C', 1, 3],
  ['x', 0, undefined],
  [' ', 0, undefined],
])('%j on item %d of a menu -> item %s', (key, at, next) => {
  expect(itemAfterKey(key, at, ['Keep', 'Check', 'Go back', 'Clear'])).toBe(next)
})
