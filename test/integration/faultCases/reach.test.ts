import { describe, expect, it } from 'vitest'
import { createMemoryConditions } from '../../../src/adapters/memoryConditions.js'
import { always, createVirtualClock, dropAfter, refuse, status, swap } from '../../../src/testing/index.js'
import { expectInvariants } from './invariants.js'
import { HALF_WAY, MOST_REQUESTS, openStage, VARIANTS } from './stage.js'
import { askedOf, begin, expectFailed, expectInstalled, OTHER_BYTES } from './story.js'

describe.each(VARIANTS)('what is on the way, %s', (variant) => {
  it('H50 every connection is broken before an answer -> network, a bounded number of tries', async () => {
    const asked = await expectFailed({ variant, faults: [always(refuse())] }, { code: 'network' })
    expect(asked.length).toBeGreaterThan(1)
    expect(asked.length).toBeLessThanOrEqual(MOST_REQUESTS)
  })

  it('H50 nobody listens -> network, that names who', async () => {
    const { stage, run } = await begin({ variant, faults: [], build: { urls: ['http://127.0.0.1:1/bundle.bin'] } })
    await expect(run.task.finished).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('127.0.0.1:1'),
    })
    await expectInvariants(stage, run, { ended: 'failed' })
  })

  it('H51 a cache on the way has a former file -> every request asks it not to answer; the digest decides', async () => {
    const { stage, run } = await begin({
      variant,
      others: { '/former': OTHER_BYTES },
      faults: [dropAfter(HALF_WAY), swap('/former')],
    })
    await run.task.finished
    const asked = stage.origin.requests.filter(({ path }) => path === run.plugin.path)
    for (const { headers } of asked) expect(headers).toMatchObject({ 'cache-control': 'no-cache', pragma: 'no-cache' })
    await expectInvariants(stage, run, { ended: 'installed', failures: 3, restarts: 2 })
  })

  it('H52 offline and online a hundred times while it waits -> one request, when the back-off has passed', async () => {
    const clock = createVirtualClock()
    const conditions = createMemoryConditions()
    const dock = { retry: { baseDelayMs: 1000, jitter: 'none' } } as const
    const stage = await openStage({ host: { clock }, ports: { conditions }, dock })
    const plugin = await stage.publish(variant)
    stage.origin.script(plugin.path, status(503), status(503))
    const storm = () => {
      for (let times = 0; times < 100; times++) {
        conditions.change({ online: false })
        conditions.change({ online: true })
      }
    }
    const run = await stage.start(plugin)
    for (const delayMs of [1000, 2000]) {
      await stage.until(run, 'retrying')
      const before = askedOf(stage, run).length
      storm()
      await clock.advance(delayMs - 1)
      expect(askedOf(stage, run)).toHaveLength(before)
      const again = stage.origin.next('request', plugin.path)
      await clock.advance(1)
      await again
    }
    await run.task.finished
    expect(askedOf(stage, run)).toHaveLength(3)
    await expectInvariants(stage, run, { ended: 'installed', failures: 2 })
  })

  it('H51 former bytes once, then what is there now -> installed', async () => {
    await expectInstalled(
      { variant, others: { '/former': OTHER_BYTES }, faults: [swap('/former')] },
      { failures: 3, restarts: 1 },
    )
  })
})
