import { describe, expect, it } from 'vitest'
import { type AnyActorRef, createActor, type InspectionEvent, setup } from 'xstate'
import type { SupervisorActor } from '../../../machines/supervisor.machine.js'
import { createPluginDockOn, createSupervisorLogicOn } from '../../../src/createPluginDockOn.js'
import { always, stall, status } from '../../../src/testing/index.js'
import { createStage, readEntry, type Stage } from './stage.js'

/** An app that is an XState machine itself. */
function createApp(stage: Stage) {
  const plugins = createSupervisorLogicOn(() => stage.host)
  return setup({ actors: { plugins } }).createMachine({
    invoke: { id: 'plugins', src: 'plugins', systemId: 'plugdock' },
  })
}

function supervisorOf(app: AnyActorRef): SupervisorActor {
  return app.system.get('plugdock') as SupervisorActor // the app gave it this name
}

function whenRunning(supervisor: SupervisorActor): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (supervisor.getSnapshot().matches('running')) resolve()
    }
    supervisor.subscribe(look)
    look()
  })
}

describe('a supervisor in an app of its own', () => {
  it('spawned as a child -> a dock over it has the same API', async () => {
    const stage = createStage()
    const app = createActor(createApp(stage)).start()
    const dock = await createPluginDockOn(stage.host, { supervisor: supervisorOf(app) })
    const { url } = await stage.publish()
    await (await dock.downloads.startDownload(url)).finished
    expect(await readEntry(dock, 'acme.charts')).toHaveLength(300_000)
    expect(dock.supervisor).toBe(supervisorOf(app))
    app.stop()
  })

  it('events alone -> install, and what happened is emitted', async () => {
    const stage = createStage()
    const { manifest, url } = await stage.publish()
    const app = createActor(createApp(stage)).start()
    const supervisor = supervisorOf(app)
    const installed = new Promise((resolve) => supervisor.on('download.installed', resolve))
    // before the stores are open
    supervisor.send({ type: 'download.start', source: manifest, options: { baseUrl: url } })
    expect(await installed).toMatchObject({ pluginId: 'acme.charts', version: '1.0.0' })
    app.stop()
  })

  it('events alone -> pause, resume, cancel; each download is an actor of the system, with its state as tag', async () => {
    const stage = createStage()
    const app = createActor(createApp(stage)).start()
    const supervisor = supervisorOf(app)
    await whenRunning(supervisor)
    const { manifest, url, path } = await stage.publish()
    stage.origin.script(path, always(stall(10)))
    const stalled = stage.origin.next('stall', path)
    supervisor.send({ type: 'download.start', source: manifest, options: { baseUrl: url } })
    await stalled
    const taskId = 'plugdock-1-1'
    const tagsOf = (): string[] => [...app.system.get(taskId).getSnapshot().tags]
    expect(tagsOf()).toContain('downloading')
    expect(supervisor.getSnapshot().tags).toEqual(new Set(['leader', 'busy']))
    supervisor.send({ type: 'download.pause', taskId })
    expect(tagsOf()).toContain('paused')
    supervisor.send({ type: 'download.resume', taskId })
    expect(tagsOf()).toContain('downloading')
    supervisor.send({ type: 'download.cancel', taskId })
    await stage.clock.settle()
    expect(app.system.get(taskId)).toBeUndefined()
    expect(supervisor.getSnapshot().tags).toEqual(new Set(['leader']))
    app.stop()
  })

  it('the app stops -> stores are closed, the lock is free, what was written is kept', async () => {
    const stage = createStage()
    const app = createActor(createApp(stage)).start()
    const supervisor = supervisorOf(app)
    await whenRunning(supervisor)
    const { manifest, url, path } = await stage.publish()
    stage.origin.script(path, always(stall(200_000)))
    const stalled = stage.origin.next('stall', path)
    supervisor.send({ type: 'download.start', source: manifest, options: { baseUrl: url } })
    await stalled
    app.stop()
    await stage.clock.settle()
    stage.origin.unscript(path)
    const dock = await stage.open()
    await dock.downloads.getTasks()[0]?.finished
    expect(stage.clock.pendingTimers).toBe(0)
  })

  it('stores that cannot be opened -> unavailable, and a dock over it rejects with the reason', async () => {
    const stage = createStage()
    await stage.open()
    const app = createActor(createApp(stage)).start()
    const supervisor = supervisorOf(app)
    await expect(createPluginDockOn(stage.host, { supervisor })).rejects.toMatchObject({ code: 'locked' })
    expect(supervisor.getSnapshot().tags).toEqual(new Set(['unavailable']))
  })

  it('closed while it opens its stores -> closed, and the lock is free', async () => {
    const stage = createStage()
    const app = createActor(createApp(stage)).start()
    supervisorOf(app).send({ type: 'close' })
    await stage.clock.settle()
    await (await stage.open()).close()
  })

  it('a child crashes -> its download fails, its siblings and the supervisor go on', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const [first, second] = [await stage.publish({ id: 'first' }), await stage.publish({ id: 'second' })]
    stage.origin.script(first.path, always(stall(10)))
    const stalled = stage.origin.next('stall', first.path)
    const task = await dock.downloads.startDownload(first.url)
    await stalled
    const { actor } = task
    if (!actor) throw new Error('An unfinished task has an actor')
    // a report without what every report has: as a bug in an effect would send it
    actor.send({ type: 'transfer.failed' } as never)
    await stage.clock.settle()
    expect(task.progress).toMatchObject({ state: 'failed', failure: { code: 'unsupported' } })
    await (await dock.downloads.startDownload(second.url)).finished
    stage.origin.unscript(first.path)
    await dock.downloads.retryDownload(task.id)
    await task.finished
  })
})

describe('inspection', () => {
  const MAX_MESSAGE_BYTES = 16 * 1024

  /** As an inspector would send it. */
  function serialize(event: InspectionEvent): string {
    return JSON.stringify(event, (key, value: unknown) => {
      if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) throw new Error(`Bytes under "${key}"`)
      return value
    })
  }

  it('a whole run, with failures -> every message serialises, is small, and carries no bytes', async () => {
    const stage = createStage()
    const messages: string[] = []
    const ids = new Set<string>()
    const parents: (string | undefined)[] = []
    const inspect = (event: InspectionEvent): void => {
      messages.push(serialize(event))
      if (event.type !== '@xstate.actor') return
      ids.add(event.actorRef.sessionId)
      // the type of an inspected actor leaves its parent out
      parents.push((event.actorRef as AnyActorRef)._parent?.sessionId)
    }
    const dock = await stage.open({ inspect })
    const good = await stage.publish({ size: 1_000_000, chunkLengths: 1000 })
    const bad = await stage.publish({ id: 'bad' })
    stage.origin.script(good.path, status(503))
    stage.origin.script(bad.path, always(status(404)))
    const task = await dock.downloads.startDownload(good.manifest, { baseUrl: good.url })
    const other = await dock.downloads.startDownload(bad.url)
    await stage.until(other, 'failed')
    await stage.until(task, 'installed')
    expect(messages.length).toBeGreaterThan(50)
    expect(Math.max(...messages.map((message) => message.length))).toBeLessThan(MAX_MESSAGE_BYTES)
    expect(parents.filter((parent) => parent !== undefined && !ids.has(parent))).toEqual([])
  })

  it('a thousand downloads -> no message of the supervisor or the fleet grows', async () => {
    const stage = createStage()
    const lengths: number[] = []
    const dock = await stage.open({ inspect: (event) => lengths.push(serialize(event).length) })
    const { manifest, url, path } = await stage.publish()
    stage.origin.script(path, always(stall(10)))
    for (let at = 0; at < 1000; at++) {
      const other = { ...manifest, id: `plugin-${at}` }
      await dock.downloads.startDownload(other, { baseUrl: url })
    }
    expect(Math.max(...lengths)).toBeLessThan(MAX_MESSAGE_BYTES)
  }, 30_000)
})
