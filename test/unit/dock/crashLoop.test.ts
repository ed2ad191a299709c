import { describe, expect, it } from 'vitest'
import type { PluginDock } from '../../../src/dock/types.js'
import { equalBytes } from '../../../src/domain/bytes.js'
import { RECORD_KINDS } from '../../../src/domain/records.js'
import { always, stall } from '../../../src/testing/index.js'
import {
  codeOf,
  confirmActive,
  createVersionStage,
  healthOf,
  hear,
  ID,
  importedVersion,
  loadedVersion,
  openUpdated,
  recordKeys,
  versionsOf,
} from './versionStage.js'

/** The code runs, and with it the process ends. */
async function dieWhileItRuns(dock: PluginDock): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const never = new Promise<never>(() => {})
    const start = (): Promise<never> => {
      resolve()
      return never
    }
    dock.plugins.activate(ID, start).catch(reject)
  })
}

describe('L4 a version kills the app when it starts', () => {
  it('three times -> quarantined, before it can run a fourth time', async () => {
    const { stage, dock, task } = await openUpdated()
    let next = dock
    for (let death = 1; death <= 3; death++) {
      expect(await loadedVersion(next)).toBe('2.0.0')
      await dieWhileItRuns(next)
      next = await stage.crashAndOpen()
    }
    expect(hear(next)).toMatchObject([{ type: 'rolledBack', taskId: task.id, pluginId: ID, version: '2.0.0' }])
    expect(await importedVersion(next)).toBe('1.0.0')
    expect(next.downloads.getTask(task.id)?.progress).toMatchObject({ state: 'rolledBack', previousVersion: '1.0.0' })
    expect(await versionsOf(next)).toBe('1.0.0 active, 2.0.0 quarantined')
    expect(await recordKeys(stage, RECORD_KINDS.trial)).toEqual([])
  })

  it('twice, and then it works -> healthy, and the deaths are forgotten', async () => {
    const { stage, dock } = await openUpdated()
    let next = dock
    for (let death = 1; death <= 2; death++) {
      await dieWhileItRuns(next)
      next = await stage.crashAndOpen()
    }
    await importedVersion(next)
    await stage.clock.advance(11_000)
    expect(await healthOf(next)).toBe('healthy')
    await dieWhileItRuns(next)
    expect(await loadedVersion(await stage.crashAndOpen())).toBe('2.0.0')
  })

  it('with orderly ends in between -> they are not counted, and forgive nothing', async () => {
    const { stage, dock } = await openUpdated()
    let next = dock
    for (const dies of [true, false, true, false, false, true]) {
      expect(await loadedVersion(next)).toBe('2.0.0')
      await dieWhileItRuns(next)
      if (!dies) await next.close()
      next = await stage.crashAndOpen()
    }
    expect(await loadedVersion(next)).toBe('1.0.0')
  })

  it('and there is no version before -> quarantined: the app starts, and load says why', async () => {
    const stage = createVersionStage()
    let dock = await stage.open({ health: { maxTrials: 1 } })
    await stage.install(dock, '1.0.0')
    await dieWhileItRuns(dock)
    dock = await stage.crashAndOpen({ health: { maxTrials: 1 } })
    expect(hear(dock)).toMatchObject([{ type: 'failed', failure: { code: 'quarantined' } }])
    await expect(dock.plugins.load(ID)).rejects.toMatchObject({ code: 'quarantined' })
  })

  it('the app dies, and no code of it ran -> not counted', async () => {
    const { stage, dock } = await openUpdated()
    let next = dock
    for (let death = 1; death <= 5; death++) {
      const loaded = await next.plugins.load(ID)
      await loaded.read()
      next = await stage.crashAndOpen()
    }
    expect(await loadedVersion(next)).toBe('2.0.0')
  })

  it('the process that shall judge dies too, at every step -> it is judged once, by the next', async () => {
    for (let step = 1, isDone = false; !isDone; step++) {
      let calls = 0
      let crash: (() => void) | undefined
      const stage = createVersionStage({
        faults: ({ store, operation }) => {
          if (store !== 'records' || operation !== 'commit' || !crash || ++calls !== step) return
          crash()
        },
      })
      let dock = await stage.open()
      await stage.installHealthy(dock, '1.0.0')
      await stage.install(dock, '2.0.0')
      for (let death = 1; death <= 3; death++) {
        await dieWhileItRuns(dock)
        stage.host.crash()
        if (death < 3) dock = await stage.open()
      }
      crash = () => stage.host.crash()
      const judging = await stage.open().catch(() => undefined)
      crash = undefined
      isDone = calls < step
      dock = isDone && judging ? judging : await stage.crashAndOpen()
      expect(await versionsOf(dock)).toBe('1.0.0 active, 2.0.0 quarantined')
      expect((await dock.plugins.versions(ID))[1]?.quarantine?.failures).toBe(1)
    }
  })
})

describe('L11 the device is offline, and an update is pending', () => {
  it('-> the old version runs at once', async () => {
    const stage = createVersionStage()
    const dock = await stage.open()
    await stage.installHealthy(dock, '1.0.0')
    const bytes = codeOf('2.0.0', `// ${'x'.repeat(100_000)}`)
    const { url, path } = await stage.publish({ version: '2.0.0', bytes })
    stage.origin.script(path, always(stall(1000)))
    const stalled = stage.origin.next('stall', path)
    await dock.downloads.startDownload(url)
    await stalled
    stage.host.conditions.change({ online: false })
    const next = await stage.crashAndOpen()
    expect(await importedVersion(next)).toBe('1.0.0')
  })
})

describe('L12 the file changes after it was checked', () => {
  it('between load and import -> the bytes that run are those that were hashed, or none', async () => {
    const { stage, dock } = await openUpdated()
    await confirmActive(dock)
    const loaded = await dock.plugins.load(ID)
    const before = await loaded.read()
    const { address } = (await dock.storage.getInstalledPlugins())[0] ?? { address: '' }
    stage.host.bundles.bytesOf('bundle', address)?.fill(0x20)
    stage.origin.remove(`/${ID}/${ID}-2.0.0.bin`)
    expect(equalBytes(before, codeOf('2.0.0'))).toBe(true)
    await expect(loaded.import()).rejects.toMatchObject({ code: 'corrupt' })
  })
})

describe('S16, S17 the process dies while an update becomes active', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'at commit %i -> the old version or the new one runs, never a mix',
    async (step) => {
      let calls = 0
      let crash: (() => void) | undefined
      const stage = createVersionStage({
        faults: ({ store, operation }) => {
          if (store === 'records' && operation === 'commit' && crash && ++calls === step) crash()
        },
      })
      const dock = await stage.open()
      await stage.installHealthy(dock, '1.0.0')
      const bytes = codeOf('2.0.0')
      const { url } = await stage.publish({ version: '2.0.0', bytes, chunkLengths: bytes.length })
      crash = () => stage.host.crash()
      const updating = dock.downloads.startDownload(url).then((task) => task.finished)
      await Promise.race([updating.catch(() => {}), stage.clock.settle()])
      crash = undefined
      const next = await stage.crashAndOpen()
      expect(['1.0.0', '2.0.0']).toContain(await importedVersion(next))
    },
  )
})
