import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readEntry } from '../dock/stage.js'
import { BUNDLE_BYTES, createCrashStage, releases } from './crashStage.js'
import { discrepancies, takeInventory } from './leftovers.js'
import { anyStep, Player, type Step } from './player.js'

const SEED = 20_265
const RUNS = 50
const MOST_STEPS = 160

async function afterPlaying(steps: readonly Step[], capacityBytes: number | undefined): Promise<void> {
  const on = await releases()
  const stage = await createCrashStage({ capacityBytes })
  const player = new Player(stage, on)
  for (const step of steps) await player.play(step)
  const dock = await player.rest()
  const inventory = await takeInventory(stage.world)
  expect(discrepancies(inventory)).toEqual([])
  const published = new Set(Object.values(on).map(({ bytes }) => Buffer.from(bytes).toString('latin1')))
  for (const { pluginId } of await dock.storage.getInstalledPlugins()) {
    const read = await stage.during(readEntry(dock, pluginId), `${pluginId} to load`).catch(() => undefined)
    if (read)
      expect(published.has(Buffer.from(read).toString('latin1')), `${pluginId} is what was published`).toBe(true)
  }
  await stage.during(dock.close(), 'a dock that closes')
}

const script = fc.array(anyStep, { minLength: 1, maxLength: MOST_STEPS, size: 'max' })
describe('many operations in any order, with crashes', () => {
  it.each([
    ['room enough', undefined],
    ['room for three bundles and a half', 3.5 * BUNDLE_BYTES],
  ])(
    '%s -> the disk holds exactly what the records name',
    async (_, capacityBytes) => {
      const holds = fc.asyncProperty(script, (steps) => afterPlaying(steps, capacityBytes))
      await fc.assert(holds, { seed: SEED, numRuns: RUNS })
    },
    120_000,
  )
})
