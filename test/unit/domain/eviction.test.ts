import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type EvictionFacts,
  type EvictionTarget,
  evictionTargets,
  fallbackOf,
  planEviction,
  takeEnough,
} from '../../../src/domain/eviction.js'
import type { InstalledRecord, VersionRecord } from '../../../src/domain/records.js'

const NOW = 1_000_000

function versionOf(version: string, part: Partial<VersionRecord> = {}): VersionRecord {
  return {
    version,
    address: `${version}-address`,
    sizeBytes: 100,
    format: 'file',
    entry: 'index.js',
    integrity: 'sha256-',
    installedAt: 1,
    health: 'healthy',
    ...part,
  }
}

function pluginOf(pluginId: string, part: Partial<InstalledRecord> = {}): InstalledRecord {
  return { v: 1, pluginId, pinned: false, lastUsedAt: 1, active: versionOf(`${pluginId}-1`), previous: [], ...part }
}

function factsOf(plugins: readonly InstalledRecord[], part: Partial<EvictionFacts> = {}): EvictionFacts {
  return { now: NOW, plugins, orphans: [], leased: new Set(), busy: new Set(), keepPreviousVersions: 1, ...part }
}

function namesOf(targets: readonly EvictionTarget[]): string[] {
  return targets.map(({ kind, version, orphan }) => `${kind} ${version ?? orphan?.name}`)
}

describe('what goes first', () => {
  it('one of each kind -> in the order of the contract, and within a kind by last use', () => {
    const plugins = [
      pluginOf('c', { lastUsedAt: 30, previous: [versionOf('c-0'), versionOf('c-00')] }),
      pluginOf('a', { lastUsedAt: 10, quarantined: [versionOf('a-9')] }),
      pluginOf('b', { lastUsedAt: 20, previous: [versionOf('b-0')] }),
    ]
    const orphans = [{ kind: 'partial', name: 'left', sizeBytes: 5 }] as const
    expect(namesOf(evictionTargets(factsOf(plugins, { orphans })))).toEqual([
      'orphan left',
      'quarantined a-9',
      'previous c-00',
      'previous b-0',
      'previous c-0',
      'plugin a-1',
      'plugin b-1',
      'plugin c-1',
    ])
  })

  it('pinned, in use, or being installed -> never', () => {
    const plugins = [
      pluginOf('pinned', { pinned: true, quarantined: [versionOf('bad')], previous: [versionOf('old')] }),
      pluginOf('used'),
      pluginOf('installing'),
    ]
    const facts = factsOf(plugins, { leased: new Set(['used-1-address']), busy: new Set(['installing']) })
    expect(evictionTargets(facts)).toEqual([])
  })

  it('a version on trial, one that works, one that nobody tried -> the one that works stays', () => {
    const previous = [versionOf('untried', { health: 'untried' }), versionOf('works'), versionOf('older')]
    const plugin = pluginOf('p', { active: versionOf('new', { health: 'trial' }), previous })
    const facts = factsOf([plugin], { keepPreviousVersions: 0, busy: new Set(['p']) })
    expect(namesOf(evictionTargets(facts))).toEqual(['previous older', 'previous untried'])
  })

  it('used in a time that has not come yet -> behind the oldest and before all others', () => {
    const plugins = [
      pluginOf('future', { lastUsedAt: NOW + 1 }),
      pluginOf('oldest', { lastUsedAt: 10 }),
      pluginOf('newer', { lastUsedAt: 20 }),
      pluginOf('later', { lastUsedAt: NOW + 9 }),
    ]
    const order = evictionTargets(factsOf(plugins)).map(({ pluginId }) => pluginId)
    expect(order).toEqual(['oldest', 'future', 'later', 'newer'])
  })

  it('a bundle that two plugins have -> its bytes count when the second goes', () => {
    const active = versionOf('same')
    const plugins = [pluginOf('a', { active, lastUsedAt: 1 }), pluginOf('b', { active, lastUsedAt: 2 })]
    expect(evictionTargets(factsOf(plugins)).map(({ sizeBytes }) => sizeBytes)).toEqual([0, 100])
  })

  it('a bundle that a pinned plugin has too -> the other is not removed in vain', () => {
    const active = versionOf('same')
    expect(evictionTargets(factsOf([pluginOf('a', { active }), pluginOf('b', { active, pinned: true })]))).toEqual([])
  })
})

describe('a plan', () => {
  it('less to free than there is -> no more than needed', () => {
    const plugins = [pluginOf('a', { lastUsedAt: 1 }), pluginOf('b', { lastUsedAt: 2 })]
    expect(planEviction(factsOf(plugins), 100)).toEqual({
      bytesToFree: 100,
      bytesFreed: 100,
      sufficient: true,
      items: [{ kind: 'plugin', pluginId: 'a', version: 'a-1', sizeBytes: 100 }],
    })
  })

  it('more to free than there is -> everything, and it says that it is not enough', () => {
    expect(planEviction(factsOf([pluginOf('a')]), 101)).toMatchObject({ bytesFreed: 100, sufficient: false })
  })

  it('nothing to free -> empty', () => {
    expect(planEviction(factsOf([pluginOf('a')]), 0)).toMatchObject({ items: [], sufficient: true })
  })
})

const KINDS = ['orphan', 'quarantined', 'previous', 'plugin']

const anyFacts = fc
  .record({
    plugins: fc.array(
      fc.record({
        versions: fc.array(
          fc.record({
            address: fc.integer({ min: 0, max: 12 }),
            health: fc.constantFrom('untried', 'trial', 'healthy' as const),
          }),
          { minLength: 1, maxLength: 5 },
        ),
        quarantinedCount: fc.integer({ min: 0, max: 2 }),
        pinned: fc.boolean(),
        lastUsedAt: fc.integer({ min: 0, max: 2 * NOW }),
      }),
      { maxLength: 8 },
    ),
    orphanSizes: fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 3 }),
    leased: fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }),
    busy: fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { maxLength: 3 }),
    keepPreviousVersions: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ plugins, orphanSizes, leased, busy, keepPreviousVersions }) => {
    const records = plugins.map(({ versions, quarantinedCount, pinned, lastUsedAt }, at) => {
      // one plugin never has a bundle twice
      const distinct = versions.filter(
        ({ address }, own) => versions.findIndex((other) => other.address === address) === own,
      )
      const made = distinct.map(({ address, health }, own) =>
        versionOf(`${at}-${own}`, { address: String(address), sizeBytes: 10 * (address + 1), health }),
      )
      const [active = versionOf('none'), ...rest] = made
      const quarantined = rest.slice(0, quarantinedCount)
      return pluginOf(String(at), { pinned, lastUsedAt, active, previous: rest.slice(quarantinedCount), quarantined })
    })
    return factsOf(records, {
      orphans: orphanSizes.map((sizeBytes, at) => ({ kind: 'bundle', name: `orphan-${at}`, sizeBytes })),
      leased: new Set(leased.map(String)),
      busy: new Set(busy.map(String)),
      keepPreviousVersions,
    })
  })

describe('whatever is installed', () => {
  it('no target -> touches what is pinned, in use, being installed, or to fall back to', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const plugins = new Map(facts.plugins.map((plugin) => [plugin.pluginId, plugin]))
        for (const { kind, pluginId = '', version, addresses } of evictionTargets(facts)) {
          if (kind === 'orphan') continue
          const plugin = plugins.get(pluginId)
          expect(plugin?.pinned).toBe(false)
          expect(addresses.filter((address) => facts.leased.has(address))).toEqual([])
          if (kind === 'plugin') expect(facts.busy.has(pluginId)).toBe(false)
          else expect(plugin && fallbackOf(plugin)?.version).not.toBe(version)
        }
      }),
    )
  })

  it('targets -> in the order of their kinds, none twice, and together they free each bundle once', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const targets = evictionTargets(facts)
        const ranks = targets.map(({ kind }) => KINDS.indexOf(kind))
        expect(ranks).toEqual([...ranks].sort((left, right) => left - right))
        expect(new Set(namesOf(targets)).size).toBe(targets.length)
        expect(sizeThatRemains(facts, targets)).toBe(sizeThatRemains(facts, []) - freed(targets))
      }),
    )
  })

  it('any number of bytes -> the fewest targets, in order, that free them', () => {
    fc.assert(
      fc.property(anyFacts, fc.integer({ min: 0, max: 1000 }), (facts, bytesToFree) => {
        const targets = evictionTargets(facts)
        const taken = takeEnough(targets, bytesToFree)
        expect(taken).toEqual(targets.slice(0, taken.length))
        expect(freed(taken.slice(0, -1))).toBeLessThanOrEqual(Math.max(0, bytesToFree - 1))
        const plan = planEviction(facts, bytesToFree)
        expect(plan.sufficient).toBe(plan.bytesFreed >= bytesToFree)
        expect(plan.sufficient || taken.length === targets.length).toBe(true)
      }),
    )
  })

  it('nothing pinned, used or being installed -> everything can go: nothing is immortal', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const plugins = facts.plugins.map((plugin) => ({ ...plugin, pinned: false }))
        const free = { ...facts, plugins, leased: new Set<string>(), busy: new Set<string>() }
        expect(sizeThatRemains(free, evictionTargets(free))).toBe(0)
      }),
    )
  })
})

function freed(targets: readonly EvictionTarget[]): number {
  return targets.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

/** Bytes on the disk after these targets have gone, bundle by bundle. */
function sizeThatRemains({ plugins, orphans }: EvictionFacts, gone: readonly EvictionTarget[]): number {
  const isGone = (plugin: InstalledRecord, { version, address }: VersionRecord): boolean =>
    gone.some(
      (target) =>
        target.pluginId === plugin.pluginId &&
        target.addresses.includes(address) &&
        (target.kind === 'plugin' || target.version === version),
    )
  const sizes = new Map<string, number>()
  for (const plugin of plugins) {
    for (const version of [plugin.active, ...plugin.previous, ...(plugin.quarantined ?? [])]) {
      if (!isGone(plugin, version)) sizes.set(version.address, version.sizeBytes)
    }
  }
  for (const orphan of orphans) {
    if (!gone.some((target) => target.orphan === orphan)) sizes.set(orphan.name, orphan.sizeBytes)
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0)
}
