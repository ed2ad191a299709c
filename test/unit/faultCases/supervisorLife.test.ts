import { describe, expect, it } from 'vitest'
import type { PluginDock } from '../../../src/dock/types.js'
import type { DownloadProgress } from '../../../src/domain/progress.js'
import { passTimeUntil, type Stage } from '../dock/stage.js'
import { ID, type Life, liveUntil, MOMENTS, type Moment, PATIENT, turnUntil } from './lifeStages.js'

const HOUR_MS = 3_600_000
/** By then the network is believed to stay, and all watchers were told. */
const SETTLED_MS = 5000

/** Settles without a moment of time. */
async function atOnce<T>(stage: Stage, work: Promise<T>, what: string): Promise<T> {
  let isSettled = false
  const settle = (): void => {
    isSettled = true
  }
  work.then(settle, settle)
  await turnUntil(stage, () => isSettled, what)
  return work
}

/** Nobody holds anything for it any more. */
async function expectNothingHeld({ stage, dock, idleTimers }: Life): Promise<void> {
  expect(await stage.host.leases.shared()).toEqual(new Set())
  expect(stage.origin.requests.filter(({ outcome }) => outcome === 'open')).toEqual([])
  expect(dock.downloads.getTasks().filter(({ actor }) => actor !== undefined)).toEqual([])
  expect(stage.clock.pendingTimers).toBe(idleTimers)
}

describe('V1 cancelled', () => {
  it.each(MOMENTS)(
    'V1 cancelled in $name -> cancelled, or installed after the commit; nothing comes after it',
    async (moment) => {
      const life = await liveUntil(moment)
      const { stage, dock, task, held } = life
      const heard: DownloadProgress[] = []
      const cancelling = dock.downloads.cancelDownload(task.id)
      held?.release()
      await atOnce(stage, cancelling, 'the cancel')
      const { progress } = task
      expect(progress.state).toBe(moment.isCommitted ? 'installed' : 'cancelled')
      dock.downloads.watchAll().subscribe((all) => heard.push(...all.filter(({ taskId }) => taskId === task.id)))
      await moment.heal?.(stage, dock)
      // less than a back-off
      await stage.clock.advance(SETTLED_MS)
      if (moment.name !== 'activating') await expectNothingHeld(life)
      const asked = stage.origin.requests.length
      await stage.clock.advance(HOUR_MS)
      expect(heard.filter((value) => JSON.stringify(value) !== JSON.stringify(progress))).toEqual([])
      expect(stage.origin.requests.length).toBe(asked)
      const kinds = (await stage.host.bundles.list()).map(({ kind }) => kind)
      expect(kinds).toEqual(moment.isCommitted ? ['bundle'] : [])
    },
  )
})

/** What keeps it there is gone, and a person does what has to be done: it is installed, in this process or the next. */
async function goOn(moment: Moment, { stage, task: { id }, heal }: Life, dock: PluginDock): Promise<void> {
  await heal(dock)
  const stateNow = () => dock.downloads.getTask(id)?.progress.state
  if (moment.goOn && stateNow() === moment.state) await moment.goOn(dock, id)
  await passTimeUntil(stage.clock, () => stateNow() === 'installed', `${moment.name}, then installed`)
}

/** All that the stores hold, but for times. */
async function stored({ stage }: Life, dock: PluginDock) {
  await dock.close()
  const again = await stage.open()
  const installed = await again.storage.getInstalledPlugins()
  const records = await stage.host.records.open().list('')
  return {
    installed: installed.map(({ pluginId, version, address, sizeBytes }) => ({
      pluginId,
      version,
      address,
      sizeBytes,
    })),
    files: (await stage.host.bundles.list()).map(({ kind, name }) => `${kind} ${name}`),
    records: records.map(({ key }) => key),
    tasks: again.downloads
      .getTasks()
      .map(({ id, progress: { state, bytesDownloaded } }) => ({ id, state, bytesDownloaded })),
  }
}

describe('V12 the process is killed', () => {
  it.each(MOMENTS)('V12 killed in $name -> the next one ends where this one would have ended', async (moment) => {
    const whole = await liveUntil(moment)
    whole.held?.release()
    await goOn(moment, whole, whole.dock)
    const killed = await liveUntil(moment)
    killed.stage.host.crash()
    killed.held?.release()
    const dock = await killed.stage.open({ ...PATIENT, ...moment.options })
    await goOn(moment, killed, dock)
    expect(await stored(killed, dock)).toEqual(await stored(whole, whole.dock))
  })
})

/** What whoever waits for a download is told when the dock is closed. */
function endingOf({ name, state }: Moment): string {
  if (state === 'failed') return name === 'failed' ? 'http-status' : 'storage'
  return state === 'installed' ? 'installed' : 'closed'
}

describe('V15 the dock is closed', () => {
  it.each(MOMENTS)(
    'V15 closed in $name -> at once, nothing of it stays awake, and it goes on when opened again',
    async (moment) => {
      const life = await liveUntil(moment)
      const { stage, task, held } = life
      const ended = task.finished.then(
        () => 'installed',
        (error: { code: string }) => error.code,
      )
      const closing = life.dock.close()
      held?.release()
      await atOnce(stage, closing, 'the dock to close')
      expect(stage.clock.pendingTimers).toBe(0)
      expect(await stage.host.leases.shared()).toEqual(new Set())
      expect(stage.origin.requests.filter(({ outcome }) => outcome === 'open')).toEqual([])
      expect(await ended).toBe(endingOf(moment))
      const dock = await stage.open({ ...PATIENT, ...moment.options })
      await goOn(moment, life, dock)
      const loaded = await dock.plugins.load(ID)
      expect(await loaded.text('index.js')).toContain('answer = 42')
    },
  )
})
