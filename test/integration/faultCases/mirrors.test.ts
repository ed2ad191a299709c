import { describe, expect, it, onTestFinished } from 'vitest'
import {
  always,
  corrupt,
  createScriptedOrigin,
  type Fault,
  inject,
  type ScriptedOrigin,
  status,
  swap,
  truncate,
  withoutLength,
} from '../../../src/testing/index.js'
import { expectActive, expectInvariants } from './invariants.js'
import {
  MOST_REQUESTS,
  openStage,
  type Published,
  type Run,
  SIZE_BYTES,
  type Stage,
  VARIANTS,
  type Variant,
} from './stage.js'
import { expectFailed, expectInstalled, OTHER_BYTES } from './story.js'

const FILE = '/bundle.bin'

interface Mirrors {
  readonly stage: Stage
  readonly run: Run
  readonly first: ScriptedOrigin
  readonly second: ScriptedOrigin
}

/** A download from two mirrors, each on a port of its own. */
async function beginMirrored(
  variant: Variant,
  put: (first: ScriptedOrigin, second: ScriptedOrigin, plugin: Published) => void,
): Promise<Mirrors> {
  const stage = await openStage()
  const [first, second] = [createScriptedOrigin(), createScriptedOrigin()]
  const urls: string[] = []
  for (const mirror of [first, second]) {
    const { url, close } = await mirror.listen()
    onTestFinished(close)
    urls.push(url + FILE)
  }
  const plugin = await stage.publish(variant, { urls })
  for (const mirror of [first, second]) mirror.put(FILE, plugin.bytes)
  put(first, second, plugin)
  const run = await stage.start(plugin)
  return { stage, run, first, second }
}

describe.each(VARIANTS)('mirrors and meddlers, %s', (variant) => {
  it('H53 the first mirror is poisoned -> the second is taken, and the first left alone', async () => {
    const { stage, run, first, second } = await beginMirrored(variant, (poisoned) => poisoned.put(FILE, OTHER_BYTES))
    await run.task.finished
    expect(first.requests.length).toBe(1)
    expect(second.requests.length).toBeGreaterThan(0)
    expect(run.task.progress.attempt).toBe(1)
    await expectInvariants(stage, run, { ended: 'installed', failures: 4, restarts: 1 })
  })

  it('H53 one byte of the first mirror is wrong -> found, the second gives what is wrong', async () => {
    const { stage, run, second } = await beginMirrored(variant, (poisoned) =>
      poisoned.script(FILE, always(corrupt(70_000))),
    )
    await run.task.finished
    expect(second.requests.length).toBeGreaterThan(0)
    await expectInvariants(stage, run, { ended: 'installed', failures: 2, restarts: 1 })
  })

  it('H53 the second mirror is poisoned -> the first is not blamed, and nothing fails', async () => {
    const { stage, run } = await beginMirrored(variant, (_, poisoned) => poisoned.put(FILE, OTHER_BYTES))
    await run.task.finished
    await expectInvariants(stage, run, { ended: 'installed', failures: 4 })
  })

  it('H53 one mirror is gone and the other poisoned -> an error that names the one that it is about', async () => {
    const { stage, run, second } = await beginMirrored(variant, (gone, poisoned) => {
      gone.script(FILE, always(status(404)))
      poisoned.put(FILE, OTHER_BYTES)
    })
    const [gone, poisoned] = run.plugin.manifest.bundle.urls
    const error: unknown = await run.task.finished.catch((reason: unknown) => reason)
    expect([
      { code: 'http-status', url: gone },
      { code: 'integrity', url: poisoned },
    ]).toContainEqual({ code: Reflect.get(Object(error), 'code'), url: Reflect.get(Object(error), 'url') })
    expect(second.requests.length).toBeLessThanOrEqual(4)
    await expectInvariants(stage, run, { ended: 'failed', failures: 6, restarts: 1 })
  })

  it('H54 the answers of two downloads are swapped -> both find out, both recover', async () => {
    const stage = await openStage()
    const charts = await stage.publish(variant)
    const maps = await stage.publish(variant, { id: 'acme.maps' })
    stage.origin.script(charts.path, swap(maps.path))
    stage.origin.script(maps.path, swap(charts.path))
    const runs = [await stage.start(charts), await stage.start(maps)]
    await Promise.all(runs.map(({ task }) => task.finished))
    for (const { task, plugin } of runs) {
      await expectActive(stage.dock, plugin)
      expect(task.progress.bytesTransferred).toBeLessThanOrEqual(2 * SIZE_BYTES)
    }
    for (const run of runs.slice(0, 1)) {
      await expectInvariants(stage, run, { ended: 'installed', failures: 4, restarts: 1 })
    }
  })

  it('H55 a proxy puts bytes before the body -> integrity', async () => {
    const faults = [always(inject({ before: '<!-- hello -->' }))]
    await expectFailed({ variant, faults }, { code: 'integrity' }, { failures: 6, restarts: 1 })
  })

  it('H55 a proxy puts bytes behind the body -> they are cut off', async () => {
    await expectInstalled({ variant, faults: [always(inject({ after: '<!-- hello -->' }))] })
  })

  it.each(['chunked', 'close'] as const)('H55 a proxy strips Content-Length (%s) -> right bytes', async (framing) => {
    await expectInstalled({ variant, faults: [always(withoutLength(framing))] })
  })

  it('H56 200 and no byte of a file that has some, in a body of no length, once -> tried again, installed', async () => {
    await expectInstalled({ variant, faults: [truncate(0)] }, { failures: 1 })
  })

  it.each<[string, Fault]>([
    ['a length of 0', status(200, { body: '', contentType: 'application/octet-stream' })],
    ['no length', truncate(0)],
  ])('H56 no byte of a file that has some, with %s, every time -> a typed error, no endless loop', async (_, empty) => {
    const code = expect.stringMatching(/^(network|integrity)$/)
    const asked = await expectFailed({ variant, faults: [always(empty)] }, { code })
    expect(asked.length).toBeLessThanOrEqual(MOST_REQUESTS)
  })

  it('H56 a file of no bytes -> installed', async () => {
    await expectInstalled({ variant, build: { bytes: new Uint8Array() }, faults: [] })
  })
})
