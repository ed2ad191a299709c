import { expect, it } from 'vitest'
import type { AnyActorRef, InspectionEvent } from 'xstate'
import { always, stall } from '../../src/testing/index.js'
import { createStage } from '../unit/dock/stage.js'

it('V6 ten thousand downloads -> first come, first served within a priority, never more than may run', async () => {
  const stage = createStage()
  const granted: string[] = []
  const inspect = (event: InspectionEvent): void => {
    if (event.type !== '@xstate.event' || event.event.type !== 'admission.granted') return
    granted.push((event.actorRef as AnyActorRef).id) // reason: the type of an inspected actor leaves its id out
  }
  const dock = await stage.open({ maxConcurrentDownloads: 4, inspect })
  const { manifest, url, path } = await stage.publish({ size: 100 })
  stage.origin.script(path, always(stall(10)))
  const starts = Array.from({ length: 10_000 }, (_, at) =>
    dock.downloads.startDownload({ ...manifest, id: `plugin-${at}` }, { baseUrl: url, priority: at % 2 }),
  )
  const tasks = await Promise.all(starts)
  expect(granted).toHaveLength(4)
  const first = new Set(granted)
  for (let ended = 0; ended < 100; ended++) {
    await dock.downloads.cancelDownload(granted[ended] ?? '')
    await stage.clock.settle()
    expect(granted).toHaveLength(5 + ended)
  }
  const urgent = tasks.filter(({ id }, at) => at % 2 === 1 && !first.has(id))
  expect(granted.slice(4)).toEqual(urgent.slice(0, 100).map(({ id }) => id))
})
