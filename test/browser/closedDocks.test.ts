import { expect, it } from 'vitest'
import { createPluginDock } from '../../src/hosts/browser/index.js'

const DOCKS = 8

function collectGarbage(): void {
  const { gc } = globalThis as unknown as { gc(): void } // reason: the browser of these tests was told to have it
  gc()
}

async function openAndClose(name: string): Promise<WeakRef<object>> {
  const dock = await createPluginDock({ name })
  await dock.close()
  return new WeakRef(dock.supervisor)
}

it('docks are opened and closed, one after the other -> the page keeps none of them in memory', async () => {
  const supervisors: WeakRef<object>[] = []
  for (let at = 0; at < DOCKS; at++) supervisors.push(await openAndClose(`closed-${at}`))
  const kept = () => {
    collectGarbage()
    return supervisors.filter((supervisor) => supervisor.deref() !== undefined).length
  }
  await expect.poll(kept, { timeout: 20_000 }).toBe(0)
}, 60_000)
