import { expect, it } from 'vitest'
import { InstalledIndex } from '../../../src/actors/installedIndex.js'
import type { InstalledRecord } from '../../../src/domain/records.js'
import type { RecordStore } from '../../../src/ports/recordStore.js'

function recordOf(pluginId: string, version: string): InstalledRecord {
  const active = {
    version,
    address: `${pluginId}-${version}`,
    sizeBytes: 1,
    format: 'file',
    entry: 'index.js',
    integrity: '',
    installedAt: 0,
    health: 'untried',
  } as const
  return { v: 1, pluginId, active, previous: [], lastUsedAt: 0, pinned: false }
}

/** Commits that end when they are told to. */
function slowRecords() {
  const begun: { keys: readonly string[]; end(): void }[] = []
  const records: RecordStore = {
    get: async () => undefined,
    list: async () => [],
    commit: (changes) =>
      new Promise((end) => {
        begun.push({ keys: changes.map(({ key }) => key), end })
      }),
    claimEpoch: async () => 1,
    close: async () => {},
  }
  return { records, begun }
}

it('two plugins change -> neither commit waits for the other; memory follows each', async () => {
  const { records, begun } = slowRecords()
  const index = new InstalledIndex(records, 1, [])
  const [first, second] = ['a', 'b'].map((id) => index.update(id, () => recordOf(id, '1.0.0')))
  await expect.poll(() => begun.length).toBe(2)
  begun[1]?.end()
  await second
  expect([index.get('a'), index.get('b')?.active.version]).toEqual([undefined, '1.0.0'])
  begun[0]?.end()
  await first
  expect(index.get('a')?.active.version).toBe('1.0.0')
})

it('one plugin changes twice -> the second is made of what the first one wrote', async () => {
  const { records, begun } = slowRecords()
  const index = new InstalledIndex(records, 1, [])
  const seen: (string | undefined)[] = []
  const change = (version: string) =>
    index.update('a', (current) => {
      seen.push(current?.active.version)
      return recordOf('a', version)
    })
  const both = [change('1.0.0'), change('2.0.0')]
  await expect.poll(() => begun.length).toBe(1)
  expect(seen).toEqual([undefined])
  begun[0]?.end()
  await expect.poll(() => begun.length).toBe(2)
  begun[1]?.end()
  await Promise.all(both)
  expect(seen).toEqual([undefined, '1.0.0'])
})
