import { describe, expect, it, onTestFinished } from 'vitest'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import {
  always,
  buildPlugin,
  createMemoryHost,
  createScriptedOrigin,
  dropAfter,
  publishOn,
  redirect,
  type ScriptedOrigin,
  seededBytes,
} from '../../../src/testing/index.js'
import { expectInvariants } from './invariants.js'
import { HALF_WAY, openStage, SIZE_BYTES, VARIANTS } from './stage.js'
import { expectFailed, OTHER_BYTES } from './story.js'

const CUT = dropAfter(HALF_WAY)
const TARGET = '/moved/bundle.bin'

/** Another origin on a port of its own. */
async function openOther(): Promise<{ other: ScriptedOrigin; url: string }> {
  const other = createScriptedOrigin()
  const { url, close } = await other.listen()
  onTestFinished(close)
  return { other, url }
}

describe.each(VARIANTS)('redirects, %s', (variant) => {
  it.each([301, 302, 303, 307, 308] as const)(
    'H45 %i -> followed, and the resume too, with its range',
    async (code) => {
      const stage = await openStage()
      const plugin = await stage.publish(variant)
      stage.origin.put(TARGET, plugin.bytes)
      stage.origin.script(plugin.path, always(redirect(TARGET, code)))
      stage.origin.script(TARGET, CUT)
      const run = await stage.start(plugin)
      await run.task.finished
      const asked = stage.origin.requests.filter(({ path }) => path === TARGET)
      expect(asked.map(({ headers }) => headers.range)).toEqual([
        'bytes=0-',
        expect.stringMatching(/^bytes=[1-9]\d*-$/),
      ])
      expect(run.task.progress.bytesTransferred).toBe(SIZE_BYTES)
      await expectInvariants(stage, run, { ended: 'installed', failures: 1 })
    },
  )

  it('H45 in a circle -> a network error, after a bounded number of hops', async () => {
    const stage = await openStage()
    const plugin = await stage.publish(variant)
    stage.origin.script(plugin.path, always(redirect('/hop')))
    stage.origin.script('/hop', always(redirect(plugin.path)))
    const run = await stage.start(plugin)
    await expect(run.task.finished).rejects.toMatchObject({ code: 'network' })
    expect(stage.origin.requests.length).toBeLessThanOrEqual(120)
    await expectInvariants(stage, run, { ended: 'failed' })
  })

  it('H45 twenty hops -> a network error', async () => {
    const stage = await openStage()
    const plugin = await stage.publish(variant)
    stage.origin.put('/hop-20', plugin.bytes)
    stage.origin.script(plugin.path, always(redirect('/hop-1')))
    for (let hop = 1; hop < 20; hop++) stage.origin.script(`/hop-${hop}`, always(redirect(`/hop-${hop + 1}`)))
    const run = await stage.start(plugin)
    await expect(run.task.finished).rejects.toMatchObject({ code: 'network' })
    await expectInvariants(stage, run, { ended: 'failed' })
  })

  it('H46 to another origin -> no secret goes along, also not with a resume; the range does', async () => {
    const { other, url: otherUrl } = await openOther()
    const headers = (url: URL): HeadersInit =>
      url.origin === otherUrl ? {} : { authorization: 'Bearer secret', cookie: 'secret=1', 'x-api-key': 'secret' }
    const stage = await openStage({ host: { headers } })
    const plugin = await stage.publish(variant)
    other.put(TARGET, plugin.bytes)
    other.script(TARGET, CUT)
    stage.origin.script(plugin.path, always(redirect(otherUrl + TARGET)))
    const run = await stage.start(plugin)
    await run.task.finished
    const ranges = other.requests.map((asked) => asked.headers.range)
    expect(ranges).toEqual(['bytes=0-', expect.stringMatching(/^bytes=[1-9]\d*-$/)])
    for (const asked of other.requests) expect(JSON.stringify(asked.headers)).not.toContain('secret')
    for (const asked of stage.origin.requests) expect(asked.headers).toMatchObject({ authorization: 'Bearer secret' })
    await expectInvariants(stage, run, { ended: 'installed', failures: 1 })
  })

  it('H46 from https to http -> refused, and never asked', async () => {
    const { other, url: otherUrl } = await openOther()
    const origin = createScriptedOrigin()
    const plugin = await buildPlugin({ chunkLengths: variant === 'with chunks' ? 65_536 : 'none' })
    const source = publishOn(origin, plugin)
    origin.script(`/${plugin.manifest.id}/${plugin.manifest.bundle.urls[0]}`, always(redirect(otherUrl + TARGET)))
    const dock = await createPluginDockOn(createMemoryHost({ origin }))
    onTestFinished(() => dock.close())
    const task = await dock.downloads.startDownload(source)
    await expect(task.finished).rejects.toMatchObject({ code: 'untrusted-origin' })
    expect(other.requests).toEqual([])
    expect(await dock.storage.getInstalledPlugins()).toEqual([])
  })

  it('H47 to another server each time, whose file is another under the same ETag -> found, right bytes', async () => {
    const etag = '"same"'
    const stage = await openStage()
    const plugin = await stage.publish(variant)
    stage.origin.put('/node-a.bin', { bytes: OTHER_BYTES, etag })
    stage.origin.put('/node-b.bin', { bytes: plugin.bytes, etag })
    stage.origin.script('/node-a.bin', CUT)
    stage.origin.script(plugin.path, redirect('/node-a.bin'), always(redirect('/node-b.bin')))
    const run = await stage.start(plugin)
    await run.task.finished
    await expectInvariants(stage, run, { ended: 'installed', failures: 3, restarts: 1 })
  })

  it('H47 to another server each time, and none has the file -> integrity', async () => {
    const others = { '/node-a.bin': OTHER_BYTES, '/node-b.bin': seededBytes(SIZE_BYTES, 'a third file') }
    const faults = [redirect('/node-a.bin'), redirect('/node-b.bin'), always(redirect('/node-a.bin'))]
    await expectFailed({ variant, others, faults }, { code: 'integrity' }, { failures: 4, restarts: 1 })
  })
})
