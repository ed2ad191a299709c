import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readEntry } from '../dock/stage.js'
import { createCrashStage, releases } from './crashStage.js'
import { discrepancies, takeInventory } from './leftovers.js'
import { anyStep, Player, type Step } from './player.js'

const SEED = 20_265
const RUNS = 60
const MOST_STEPS = 160

async function afterPlaying(steps: readonly Step[]): Promise<void> {
  const on = await releases()
  const stage = await createCrashStage()
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
it('many operations in any order, with crashes -> the disk holds exactly what the records name', async () => {
  await fc.assert(fc.asyncProperty(script, afterPlaying), { seed: SEED, numRuns: RUNS })
}, 120_000)
