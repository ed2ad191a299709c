import { expect, it } from 'vitest'
import type { PluginDock } from '../../../src/dock/types.js'
import { RECORD_KINDS } from '../../../src/domain/records.js'
import { createCrashStage, releases } from './crashStage.js'
import { startProcess } from './mortalProcess.js'
import { install } from './scenarios.js'
import { putStored, type Stored, takeStored } from './stored.js'

const FEW = 50
const MANY = 2000

/** What one plugin that was installed leaves, as often as asked for, each time under another id and address. */
async function storeOf(count: number): Promise<Stored> {
  const stage = await createCrashStage()
  const { first } = await releases()
  await stage.session(async (dock) => {
    await install(stage, dock, first)
    await dock.downloads.dismissSettled()
  })
  const { records, files } = await takeStored(stage.world)
  const [file] = files
  if (!file) throw new Error('Nothing was installed')
  const kept = records.filter(({ key }) => !key.startsWith(RECORD_KINDS.download))
  const numbered = (text: string, number: number) =>
    text
      .replaceAll(file.name, `${number}`.padStart(64, '0'))
      .replaceAll(first.manifest.id, `${first.manifest.id}-${number}`)
  const numbers = Array.from({ length: count }, (_, number) => number)
  return {
    records: numbers.flatMap((number) =>
      kept.map(({ key, text }) => ({ key: numbered(key, number), text: numbered(text, number) })),
    ),
    files: numbers.map((number) => ({ ...file, name: numbered(file.name, number), bytes: new Uint8Array(1) })),
  }
}

/** How many calls to the stores each of these makes. */
async function callsWith(count: number): Promise<Readonly<Record<string, number>>> {
  const stage = await createCrashStage()
  await putStored(stage.world, await storeOf(count))
  const process = startProcess(stage.world)
  const calls: Record<string, number> = {}
  const counted = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const before = process.calls
    const result = await stage.during(work(), what)
    calls[what] = process.calls - before
    return result
  }
  const dock: PluginDock = await counted('start', () => stage.openWithin(process))
  expect(await counted('list', () => dock.storage.getInstalledPlugins())).toHaveLength(count)
  expect((await counted('plan', () => dock.storage.planEviction(Number.MAX_SAFE_INTEGER))).items).toHaveLength(count)
  await counted('measure', () => dock.storage.getUsedSpace())
  await counted('collect', () => dock.storage.collectOrphans())
  await counted('delete one', () => dock.storage.deletePlugin('acme.charts-7'))
  const evicted = await counted('evict', () => dock.storage.evictLeastRecentlyUsed(Number.MAX_SAFE_INTEGER))
  expect(evicted.items).toHaveLength(count - 1)
  await stage.during(dock.close(), 'a dock that closes')
  return calls
}

it('2,000 installed plugins -> no more calls to the stores than with 50; evicting all of them, so many for each', async () => {
  const { evict: evictFew = 0, ...few } = await callsWith(FEW)
  const { evict: evictMany = 0, ...many } = await callsWith(MANY)
  expect(many).toEqual(few)
  expect(Object.values(few).reduce((sum, count) => sum + count)).toBeLessThan(30)
  const perPlugin = (evictMany - evictFew) / (MANY - FEW)
  expect(perPlugin).toBeLessThanOrEqual(4)
})
