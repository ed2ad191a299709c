import { describe, expect, test } from 'vitest'
import { choicesOf, suggestion, toggled } from '../../../src/react/storage/choices.js'
import { describeStorage } from '../../../src/react/storage/useStorageMeter.js'
import { createWords } from '../../../src/react/words/words.js'
import {
  LIBRARY,
  MANY,
  PLAN,
  PLAN_OF_NOTHING,
  SPACE,
  SPACE_EMPTY,
  SPACE_FULL,
  SPACE_NEARLY_FULL,
  SPACE_WITHOUT_BUDGET,
} from '../../../stories/library.js'
import { NOW, SCENARIOS } from '../../../stories/scenarios.js'

const words = createWords({ timeZone: 'UTC' })
const MB = 1_000_000

describe('the meter', () => {
  test.each([
    ['loading', undefined, LIBRARY],
    ['empty', SPACE_EMPTY, []],
    ['ok', SPACE, LIBRARY],
    ['nearlyFull', SPACE_NEARLY_FULL, LIBRARY],
    ['full', SPACE_FULL, LIBRARY],
  ] as const)('%s', (state, space, plugins) => {
    expect(describeStorage(space, plugins, [], words).state).toBe(state)
  })

  test('all that is used has an owner: parts and rest make the whole', () => {
    const { segments } = describeStorage(SPACE, LIBRARY, [SCENARIOS.paused.progress], words)
    const sum = segments.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0)
    expect(sum).toBeGreaterThanOrEqual(SPACE.usedBytes)
    expect(segments.map(({ kind }) => kind)).toContain('unfinished')
  })

  test('a download runs, and takes more of the disk than it counts -> that is its own, and no leftovers', () => {
    const { progress } = SCENARIOS.downloading
    const named = LIBRARY.flatMap(({ versions }) => versions).reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0)
    const { bytesDownloaded, totalBytes = 0 } = progress
    const at = (aheadBytes: number) => {
      const space = { ...SPACE, usedBytes: named + bytesDownloaded + aheadBytes }
      return describeStorage(space, LIBRARY, [progress], words).segments.filter(
        ({ kind }) => kind === 'unfinished' || kind === 'leftovers',
      )
    }
    expect(at(3 * MB)).toMatchObject([{ kind: 'unfinished', sizeBytes: bytesDownloaded + 3 * MB }])
    expect(at(totalBytes - bytesDownloaded + 5 * MB)).toMatchObject([
      { kind: 'unfinished', sizeBytes: totalBytes },
      { kind: 'leftovers', sizeBytes: 5 * MB },
    ])
  })

  test('bytes that nothing names -> leftovers', () => {
    const { segments } = describeStorage({ ...SPACE, usedBytes: 300 * MB }, LIBRARY, [], words)
    expect(segments.at(-1)).toMatchObject({ kind: 'leftovers', name: 'Leftovers' })
  })

  test('more than six plugins -> the smallest are told together', () => {
    const { segments } = describeStorage(SPACE, MANY, [], words)
    expect(segments.filter(({ kind }) => kind === 'active')).toHaveLength(5)
    expect(segments.find(({ kind }) => kind === 'others')?.name).toBe('7 others')
  })

  test('no budget -> nothing is said of a whole', () => {
    expect(describeStorage(SPACE_WITHOUT_BUDGET, LIBRARY, [], words).free).toBe('1.8\u00a0GB free')
  })
})

describe('making room', () => {
  const choices = choicesOf({ plan: PLAN, plugins: LIBRARY, bytesNeeded: 30 * MB }, words, NOW)

  test('what is suggested is just enough, in the order of the plan', () => {
    expect([...suggestion(choices, 30 * MB)]).toEqual(choices.slice(0, 2).map(({ id }) => id))
    expect(suggestion(choices, undefined).size).toBe(0)
  })

  test('a plugin is chosen -> its versions go too; one of them stays -> it stays', () => {
    const [version, plugin] = ['previous acme.pdf 4.7.76', 'plugin acme.pdf 4.8.69']
    const chosen = toggled(new Set(), choices, plugin)
    expect([...chosen].sort()).toEqual([plugin, version])
    expect([...toggled(chosen, choices, version)]).toEqual([])
  })

  test('the rest is enough -> what is pinned is not offered; else it is, and never suggested', () => {
    expect(choices.some(({ kind }) => kind === 'pinned')).toBe(false)
    const short = choicesOf({ plan: PLAN_OF_NOTHING, plugins: LIBRARY, bytesNeeded: MB }, words, NOW)
    expect(short).toMatchObject([{ kind: 'pinned', name: '3D scenes', items: [] }])
    expect(suggestion(short, MB).size).toBe(0)
  })

  test('pinned, and never used -> that, and no time', () => {
    const unused = LIBRARY.map((view) => {
      const { plugin } = view
      return plugin.pinned ? { ...view, plugin: { ...plugin, lastUsedAt: plugin.installedAt } } : view
    })
    const short = choicesOf({ plan: PLAN_OF_NOTHING, plugins: unused, bytesNeeded: MB }, words, NOW)
    expect(short).toMatchObject([{ kind: 'pinned', consequence: 'You keep it (pinned). Never used.' }])
  })

  test('many leftovers -> one line', () => {
    const orphan = { kind: 'orphan', sizeBytes: 2 * MB } as const
    const plan = { ...PLAN, items: [orphan, orphan, ...PLAN.items] }
    expect(choicesOf({ plan, plugins: LIBRARY, bytesNeeded: 0 }, words, NOW)[0]).toMatchObject({
      id: 'orphans',
      sizeBytes: 4 * MB,
      items: [orphan, orphan],
    })
  })
})
