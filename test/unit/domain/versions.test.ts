import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HistoryRecord, InstalledRecord, VersionRecord } from '../../../src/domain/records.js'
import { compareVersions } from '../../../src/domain/version.js'
import {
  floorOf,
  keptPrevious,
  refusalOf,
  withActive,
  withConfirmed,
  withFailure,
  withMinimum,
  withoutFailed,
  withPardon,
  withReleased,
  withSwitched,
} from '../../../src/domain/versions.js'
import { versionsOf } from '../../../src/domain/versionsOf.js'

const healths = ['untried', 'trial', 'healthy'] as const
const versionNumber = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)).map((parts) => parts.join('.'))

/** Versions of one plugin, each with a bundle of its own. */
const versions = fc
  .array(fc.record({ version: versionNumber, health: fc.constantFrom(...healths) }), { minLength: 1, maxLength: 6 })
  .map((all) => all.map(({ version, health }, index) => versionOf(version, health, `address-${index}`)))

function versionOf(version: string, health: VersionRecord['health'], address: string): VersionRecord {
  const integrity = `sha256-${address}`
  return { version, health, address, integrity, sizeBytes: 1, format: 'file', entry: 'index.js', installedAt: 0 }
}

function recordOf([active, ...previous]: readonly VersionRecord[]): InstalledRecord {
  if (!active) throw new Error('There is no plugin without a version')
  return { v: 1, pluginId: 'acme.charts', pinned: false, lastUsedAt: 0, active, previous }
}

/** What happens to one of the versions; `address` is of a bundle that is new. */
type Step = (record: InstalledRecord, chosen: VersionRecord, address: string) => InstalledRecord

const STEPS: Record<'install' | 'fail' | 'switch' | 'release', Step> = {
  install: (record, _, address) =>
    withActive(record, versionOf('9.9.9', 'untried', address), { pluginId: record.pluginId, keep: 2 }),
  fail: (record, { address }) => withoutFailed(record, address, QUARANTINE).record,
  switch: (record, { address }) => withSwitched(record, address).record,
  release: (record, { version }) => withReleased(record, version),
}

function expectSound(record: InstalledRecord): void {
  const addresses = versionsOf(record).map(({ address }) => address)
  expect(new Set(addresses).size).toBe(addresses.length)
  expect(record.previous.every(({ quarantine }) => quarantine === undefined)).toBe(true)
  expect((record.quarantined ?? []).every(({ quarantine }) => quarantine !== undefined)).toBe(true)
}

const QUARANTINE = { reason: 'broken', failures: 1, until: 1000 }

describe('the floor', () => {
  it('whatever is confirmed, in whatever order -> the highest of all', () => {
    fc.assert(
      fc.property(fc.array(versionNumber, { minLength: 1 }), (confirmed) => {
        let history: HistoryRecord | undefined
        for (const version of confirmed) history = withConfirmed(history, version)
        const highest = [...confirmed].sort(compareVersions).at(-1)
        expect(compareVersions(history?.floor ?? '', highest ?? '')).toBe(0)
        expect(floorOf(history)).toEqual({ version: history?.floor, by: 'health' })
      }),
    )
  })

  it('confirmed, announced, shipped -> the highest, and who says so', () => {
    const history = withMinimum(withConfirmed(undefined, '1.5.0'), '2.0.0')
    expect(floorOf(history)).toEqual({ version: '2.0.0', by: 'publisher' })
    expect(floorOf(withMinimum(history, '1.9.0'))).toEqual({ version: '2.0.0', by: 'publisher' })
    expect(floorOf(withConfirmed(history, '3.0.0'))).toEqual({ version: '3.0.0', by: 'health' })
    expect(floorOf(history, { shipped: '2.1.0' })).toEqual({ version: '2.1.0', by: 'app' })
    expect(floorOf(undefined)).toBeUndefined()
  })

  it('M9 a later epoch -> floors from before it mean nothing, failures stay', () => {
    const failed = { version: '1.0.0', address: 'a', integrity: 'i', ...QUARANTINE }
    const history = withFailure(withMinimum(withConfirmed(undefined, '999999.0.0'), '999999.0.0'), failed)
    expect(floorOf(history, { epoch: 1 })).toBeUndefined()
    const next = withConfirmed(history, '2.0.1', 1)
    expect(next).toEqual({ v: 1, epoch: 1, floor: '2.0.1', failed: [failed] })
    expect(floorOf(next, { epoch: 1 })).toEqual({ version: '2.0.1', by: 'health' })
    expect(floorOf(withMinimum(history, '2.0.0', 1), { epoch: 1 })).toEqual({ version: '2.0.0', by: 'publisher' })
  })
})

describe('what was learned of failures', () => {
  const failed = { ...QUARANTINE, version: '2.0.0', address: 'a', integrity: 'sha256-a' }
  const history = withFailure(undefined, failed)

  it.each([
    ['the same bundle', { version: '2.0.0', partialKey: 'a', integrity: 'sha256-a' }, true],
    ['the same bytes, cut otherwise', { version: '2.0.0', partialKey: 'b', integrity: 'sha256-a' }, true],
    ['other bytes', { version: '2.0.0', partialKey: 'b', integrity: 'sha256-b' }, false],
    ['another version', { version: '2.0.1', partialKey: 'a', integrity: 'sha256-a' }, false],
  ])('%s is offered -> refused: %s', (_, plan, isRefused) => {
    expect(refusalOf(history, plan, 999) !== undefined).toBe(isRefused)
    expect(refusalOf(history, plan, 1000)).toBeUndefined()
    expect(refusalOf(withPardon(history, '2.0.0'), plan, 999)).toBeUndefined()
  })

  it('a thousand failures -> a record that does not grow', () => {
    let long: HistoryRecord | undefined
    for (let index = 0; index < 1000; index++) long = withFailure(long, { ...failed, address: String(index) })
    expect(long?.failed).toHaveLength(20)
    expect(long?.failed[0]?.address).toBe('999')
  })
})

describe('versions on the disk', () => {
  it('however many were installed -> no more than may be kept, and the newest healthy one always', () => {
    fc.assert(
      fc.property(versions, fc.nat(3), (candidates, keep) => {
        const kept = keptPrevious(candidates, keep)
        expect(kept.length).toBe(Math.min(keep, candidates.length))
        const healthy = candidates.find(({ health }) => health === 'healthy')
        if (healthy && keep > 0) expect(kept).toContain(healthy)
      }),
    )
  })

  it('installed, failed, switched, released in any order -> every bundle once, and one is active', () => {
    const step = fc.record({ kind: fc.constantFrom('install', 'fail', 'switch', 'release'), pick: fc.nat(10) })
    fc.assert(
      fc.property(versions, fc.array(step, { maxLength: 20 }), (initial, steps) => {
        let record = recordOf(initial)
        for (const [index, { kind, pick }] of steps.entries()) {
          const all = versionsOf(record)
          record = STEPS[kind](record, all[pick % all.length] ?? record.active, `new-${index}`)
          expectSound(record)
        }
      }),
    )
  })

  it('the active one fails -> the newest healthy one is active, or it stays and is not run', () => {
    fc.assert(
      fc.property(versions, (all) => {
        const { record, to } = withoutFailed(recordOf(all), 'address-0', QUARANTINE)
        const expected = all.slice(1).find(({ health }) => health === 'healthy')
        expect(to).toEqual(expected)
        expect(record.active.address).toBe(expected?.address ?? 'address-0')
        if (!expected) expect(record.active.quarantine).toEqual(QUARANTINE)
      }),
    )
  })
})
