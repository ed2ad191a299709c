import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DownloadProgress, DownloadState } from '../../../src/domain/progress.js'
import { groupOf, groupsOf, isUnsettled, nextPlaces } from '../../../src/react/list/groups.js'
import { rowAfterKey } from '../../../src/react/list/rowKeys.js'
import { type Batch, NO_BATCH, nextBatch } from '../../../src/react/list/totals.js'
import { NOW, SCENARIOS } from '../../../stories/scenarios.js'

const NOBODY: ReadonlySet<string> = new Set()

function row(taskId: string, state: DownloadState, changes: Partial<DownloadProgress> = {}): DownloadProgress {
  return { ...SCENARIOS.downloading.progress, taskId, state, ...changes }
}

describe('groups', () => {
  test('what needs a person comes first, empty ones are absent', () => {
    const rows = [row('a', 'paused'), row('b', 'downloading'), row('c', 'failed')]
    expect(groupsOf(rows, new Map(), NOW).map(({ name }) => name)).toEqual(['needsYou', 'downloading', 'paused'])
  })

  test('a retry within three seconds -> still downloading', () => {
    const waiting = { code: 'backoff', message: '' } as const
    expect(groupOf(row('a', 'retrying', { waitingFor: { ...waiting, until: NOW + 2000 } }), NOW)).toBe('downloading')
    expect(groupOf(row('a', 'retrying', { waitingFor: { ...waiting, until: NOW + 9000 } }), NOW)).toBe('waiting')
  })

  test('another state -> the row moves after a second', () => {
    const first = nextPlaces(new Map(), [row('a', 'downloading')], 0, NOBODY)
    const second = nextPlaces(first, [row('a', 'failed')], 100, NOBODY)
    expect(second.get('a')?.shown).toBe('downloading')
    expect(isUnsettled(second)).toBe(true)
    expect(nextPlaces(second, [row('a', 'failed')], 1100, NOBODY).get('a')?.shown).toBe('needsYou')
  })

  test('there and back within a second -> the row stays', () => {
    const first = nextPlaces(new Map(), [row('a', 'downloading')], 0, NOBODY)
    const second = nextPlaces(first, [row('a', 'queued')], 100, NOBODY)
    const third = nextPlaces(second, [row('a', 'downloading')], 500, NOBODY)
    expect(nextPlaces(third, [row('a', 'downloading')], 5000, NOBODY).get('a')?.shown).toBe('downloading')
  })

  test('because a person said so -> the row moves at once', () => {
    const first = nextPlaces(new Map(), [row('a', 'downloading')], 0, NOBODY)
    expect(nextPlaces(first, [row('a', 'paused')], 100, new Set(['a'])).get('a')?.shown).toBe('paused')
  })

  test('nothing new -> the same places', () => {
    const first = nextPlaces(new Map(), [row('a', 'downloading')], 0, NOBODY)
    expect(nextPlaces(first, [row('a', 'downloading')], 3000, NOBODY)).toBe(first)
  })
})

describe('totals', () => {
  const MB = 1_000_000
  const part = (taskId: string, doneMb: number, totalMb: number | undefined, state: DownloadState = 'downloading') =>
    row(taskId, state, { bytesDownloaded: doneMb * MB, totalBytes: totalMb === undefined ? undefined : totalMb * MB })

  test('one that joins -> more to do, and the bar holds its place', () => {
    const first = nextBatch(NO_BATCH, [part('a', 50, 100)])
    const second = nextBatch(first, [part('a', 50, 100), part('b', 0, 100)])
    expect(second.totals).toMatchObject({ doneBytes: 50 * MB, totalBytes: 200 * MB, percent: 50 })
  })

  test('one that leaves -> what it won still counts', () => {
    const first = nextBatch(NO_BATCH, [part('a', 50, 100), part('b', 20, 100)])
    expect(nextBatch(first, [part('a', 50, 100)]).totals).toMatchObject({ doneBytes: 70 * MB, totalBytes: 120 * MB })
  })

  test('a size that is not known -> named beside', () => {
    expect(nextBatch(NO_BATCH, [part('a', 5, undefined), part('b', 1, 2)]).totals).toMatchObject({
      unknownSizes: 1,
      totalBytes: 2 * MB,
    })
  })

  test('all final -> rest; what comes next starts anew', () => {
    const first = nextBatch(NO_BATCH, [part('a', 50, 100)])
    const rest = nextBatch(first, [part('a', 100, 100, 'installed')])
    expect(rest).toBe(NO_BATCH)
    expect(nextBatch(rest, [part('a', 100, 100, 'installed'), part('b', 1, 10)]).totals.totalBytes).toBe(10 * MB)
  })

  test('whatever joins, leaves, fails or is cancelled -> the bar never steps back', () => {
    const states = fc.constantFrom<DownloadState>(
      'downloading',
      'paused',
      'failed',
      'installed',
      'cancelled',
      'retrying',
    )
    const other = fc.record({ id: fc.constantFrom('a', 'b', 'c'), doneMb: fc.nat(100), state: states })
    const list = fc.uniqueArray(other, { selector: ({ id }) => id })
    const first = nextBatch(NO_BATCH, [part('z', 0, 100)])
    fc.assert(
      fc.property(fc.array(list, { maxLength: 20 }), (lists) => {
        const percents = batchesOf(first, lists).map(({ totals }) => totals.percent ?? 0)
        expect(percents).toEqual([...percents].sort((left, right) => left - right))
        expect(percents.every((percent) => percent <= 99)).toBe(true)
      }),
    )
  })

  interface Other {
    readonly id: string
    readonly doneMb: number
    readonly state: DownloadState
  }

  /** What each list makes of the one before; `z` keeps the batch going. */
  function batchesOf(first: Batch, lists: readonly (readonly Other[])[]): readonly Batch[] {
    const batches = [first]
    for (const others of lists) {
      const rows = others.map(({ id, doneMb, state }) => part(id, doneMb, 100, state))
      batches.push(nextBatch(batches.at(-1) ?? first, [part('z', 0, 100), ...rows]))
    }
    return batches
  }
})

test.each([
  ['ArrowDown', 0, 1],
  ['ArrowDown', 9, 9],
  ['ArrowUp', 0, 0],
  ['PageDown', 2, 7],
  ['Home', 5, 0],
  ['End', 5, 9],
  ['x', 5, undefined],
])('%s on row %d of ten -> row %s', (key, at, next) => {
  expect(rowAfterKey(key, at, 10)).toBe(next)
})
