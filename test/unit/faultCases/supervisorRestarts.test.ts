import { describe, expect, it } from 'vitest'
import type { DownloadRecord } from '../../../src/domain/records.js'
import { always, stall } from '../../../src/testing/index.js'
import { createStage, isInstalled, passTimeUntil } from '../dock/stage.js'
import { ID, liveUntil, momentOf, turnUntil } from './lifeStages.js'

const HALF_BYTES = 200_000

/** Of a former release, or damaged: what stands in place of a download's record. */
const RECORDS: readonly (readonly [string, (record: DownloadRecord) => string])[] = [
  ['torn', (record) => JSON.stringify(record).slice(0, 40)],
  ['empty', () => ''],
  ['no JSON', () => 'download'],
  ['another thing', () => '[1, 2]'],
  ['null', () => 'null'],
  ['in a state that nobody knows', (record) => JSON.stringify({ ...record, state: 'dreaming' })],
  ['a snapshot of a machine', (record) => JSON.stringify({ status: 'active', value: 'working', context: { record } })],
  [
    'of the first release, without what came later',
    ({
      v,
      taskId,
      seq,
      source,
      state,
      priority,
      initiator,
      attempt,
      plan,
      bytesDownloaded,
      bytesReused,
      bytesTransferred,
    }) =>
      JSON.stringify({
        v,
        taskId,
        seq,
        source,
        state,
        priority,
        initiator,
        attempt,
        plan,
        bytesDownloaded,
        bytesReused,
        bytesTransferred,
      }),
  ],
]

describe('V13 what was kept of a download cannot be used', () => {
  it.each(RECORDS)(
    'V13 %s -> the dock opens, and the plugin is installed as if nothing had been',
    async (_, textOf) => {
      const stage = createStage()
      const dock = await stage.open()
      const good = await stage.publish({ id: 'good' })
      await (await dock.downloads.startDownload(good.url)).finished
      const { url, path, bytes } = await stage.publish()
      stage.origin.script(path, always(stall(HALF_BYTES)))
      const stalled = stage.origin.next('stall', path)
      const task = await dock.downloads.startDownload(url)
      await stalled
      stage.host.crash()
      const key = `download/${task.id}`
      const record = (await stage.host.records.open().get(key)) as DownloadRecord // it was written by this release
      stage.host.records.spoil(key, textOf(record))
      stage.origin.unscript(path)
      stage.origin.cut(path)
      const again = await stage.open()
      expect(await isInstalled(again, 'good', good.bytes)).toBe(true)
      const next = await again.downloads.startDownload(url)
      await stage.until(next, 'installed')
      expect(await isInstalled(again, ID, bytes)).toBe(true)
      expect((await stage.host.bundles.list()).map(({ kind }) => kind)).toEqual(['bundle', 'bundle'])
    },
  )
})

describe('V14 a download that was at work when the process died', () => {
  it('V14 asking for its manifest -> asks for it once', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url } = await stage.publish()
    const path = new URL(url).pathname
    stage.origin.script(path, stall(10))
    const stalled = stage.origin.next('stall', path)
    await dock.downloads.startDownload(url)
    await stalled
    stage.host.crash()
    stage.origin.forgetRequests()
    const again = await stage.open()
    const [task] = again.downloads.getTasks()
    await passTimeUntil(stage.clock, () => task?.progress.state === 'installed', 'it to be installed')
    expect(stage.origin.requests.filter((request) => request.path === path)).toHaveLength(1)
  })

  it('V14 transferring -> one request, for the rest', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path, bytes } = await stage.publish()
    stage.origin.script(path, stall(HALF_BYTES))
    const stalled = stage.origin.next('stall', path)
    const task = await dock.downloads.startDownload(url)
    await stalled
    await stage.clock.settle()
    const [partial] = await stage.host.bundles.list()
    stage.host.crash()
    const again = await stage.open()
    const isThere = (): boolean => again.downloads.getTask(task.id)?.progress.state === 'installed'
    await passTimeUntil(stage.clock, isThere, 'it to be installed')
    const requests = stage.origin.requests.filter((request) => request.path === path)
    expect(requests).toHaveLength(2)
    expect(requests[1]?.bytesSent).toBe(bytes.length - (partial?.sizeBytes ?? 0))
  })

  it.each(['extracting', 'sealing'])('V14 %s -> does so once more, and no byte is asked for', async (name) => {
    const { stage, task, held, gate } = await liveUntil(momentOf(name))
    const sent = stage.origin.requests.length
    let seals = 0
    stage.host.crash()
    held?.release()
    gate.watch(({ operation }) => {
      if (operation === 'seal') seals++
    })
    const again = await stage.open()
    const isThere = (): boolean => again.downloads.getTask(task.id)?.progress.state === 'installed'
    await turnUntil(stage, isThere, 'it to be installed')
    expect(stage.origin.requests).toHaveLength(sent)
    expect(seals).toBe(1)
  })
})
