import { describe, expect, it, onTestFinished } from 'vitest'
import { Roster, type RosterEntry } from '../../../machines/roster.js'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import type { DownloadTask, PluginDock } from '../../../src/dock/types.js'
import type { DownloadProgress } from '../../../src/domain/progress.js'
import type { FetchAnswer, Fetcher, FetchRequest } from '../../../src/ports/fetcher.js'
import { always, dropAfter, ignoreRange, type MemoryHost, stall, status, together } from '../../../src/testing/index.js'
import { createStage, isInstalled, passTimeUntil, type Stage } from '../dock/stage.js'
import { createStorageGate } from '../dock/storageGate.js'
import { ID, turnUntil } from './lifeStages.js'

const MINUTE_MS = 60_000

/** A dock whose requests for bundles go through `open`. */
async function openThrough(
  stage: Stage,
  open: (request: FetchRequest, rightly: Fetcher['open']) => Promise<FetchAnswer>,
  options: Parameters<Stage['open']>[0] = {},
): Promise<PluginDock> {
  const { fetcher } = stage.host
  const rightly = (request: FetchRequest): Promise<FetchAnswer> => fetcher.open(request)
  const own: Fetcher = {
    open: (request) => (request.url.endsWith('.bin') ? open(request, rightly) : rightly(request)),
  }
  const host: MemoryHost = Object.create(stage.host, { fetcher: { value: own } })
  const dock = await createPluginDockOn(host, options)
  onTestFinished(() => dock.close())
  return dock
}

function watch(dock: PluginDock, task: DownloadTask): DownloadProgress[] {
  const seen: DownloadProgress[] = []
  dock.downloads.watchProgress(task.id).subscribe((progress) => seen.push(progress))
  return seen
}

/** What nobody caught, while a test runs that has something thrown; settles when there is so much of it. */
function catchUncaught(count: number): Promise<readonly unknown[]> {
  const before = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException')
    for (const listener of before) process.on('uncaughtException', listener)
  })
  const caught: unknown[] = []
  return new Promise((resolve) => {
    process.on('uncaughtException', (error) => {
      caught.push(error)
      if (caught.length === count) resolve(caught)
    })
  })
}

describe('V6 ten thousand that wait', () => {
  it('V6 one after the other ends -> first come, first served within a priority, never more than may run', () => {
    const roster = new Roster({ maxConcurrentDownloads: 4, maxConnectionsPerOrigin: 6 })
    const entryOf = (seq: number, lane: 'wants' | 'holds'): RosterEntry => {
      const common = { taskId: `task-${seq}`, seq, priority: seq % 2, pluginId: `plugin-${seq}`, blocksPlugin: true }
      return { ...common, [lane]: 'transfer' }
    }
    for (let seq = 0; seq < 10_000; seq++) roster.set(`task-${seq}`, entryOf(seq, 'wants'))
    const order: number[] = []
    const running: number[] = []
    while (order.length < 10_000) {
      for (const taskId of roster.admit().granted) {
        const seq = Number(taskId.slice('task-'.length))
        order.push(seq)
        running.push(seq)
        roster.set(taskId, entryOf(seq, 'holds'))
      }
      expect(running).toHaveLength(4)
      roster.set(`task-${running.shift()}`, undefined)
    }
    const urgent = Array.from({ length: 5000 }, (_, at) => 2 * at + 1)
    const others = Array.from({ length: 5000 }, (_, at) => 2 * at)
    expect(order).toEqual([...urgent, ...others])
  })
})

describe('V7 bytes in a hundred thousand pieces a second', () => {
  it('V7 watched -> ten values a second, hardly an event, and the last one always', async () => {
    const stage = createStage()
    const pieceBytes = 16
    let [reads, events] = [0, 0]
    const dock = await openThrough(
      stage,
      async (request, rightly) => {
        const answer = await rightly(request)
        const readInto: FetchAnswer['body']['readInto'] = async (target) => {
          reads++
          if (reads % 1000 === 0) await stage.clock.advance(10)
          return answer.body.readInto(target.subarray(0, pieceBytes))
        }
        return { ...answer, body: { readInto, cancel: () => answer.body.cancel() } }
      },
      { inspect: () => events++ },
    )
    const { url, bytes } = await stage.publish({ size: 100_000 * pieceBytes })
    const task = await dock.downloads.startDownload(url)
    const seen = watch(dock, task)
    await stage.until(task, 'installed')
    expect(reads).toBeGreaterThan(100_000)
    expect(events).toBeLessThan(200)
    const seconds = stage.clock.monotonic() / 1000
    expect(seen.filter(({ state }) => state === 'downloading').length).toBeLessThanOrEqual(10 * seconds + 2)
    expect(seen.at(-1)).toMatchObject({ state: 'installed', bytesDownloaded: bytes.length })
  })
})

describe('V8 something late from an attempt that is over', () => {
  it('V8 an answer to a request that was given up -> closed unread, and nothing changes', async () => {
    const stage = createStage()
    const late: { answer: () => void; cancelled: number } = { answer: () => {}, cancelled: 0 }
    let asked = 0
    const dock = await openThrough(stage, async (request, rightly) => {
      if (asked++ > 0) return rightly(request)
      const answer = await rightly({ ...request, signal: new AbortController().signal })
      await new Promise<void>((resolve) => {
        late.answer = resolve
      })
      const cancel = (): Promise<void> => {
        late.cancelled++
        return answer.body.cancel()
      }
      return { ...answer, body: { ...answer.body, readInto: (target) => answer.body.readInto(target), cancel } }
    })
    const { url, bytes } = await stage.publish()
    const task = await dock.downloads.startDownload(url)
    await turnUntil(stage, () => asked === 1, 'the first request')
    const pausing = dock.downloads.pauseDownload(task.id)
    await stage.clock.settle()
    late.answer()
    await pausing
    expect(late.cancelled).toBe(1)
    await dock.downloads.resumeDownload(task.id)
    await stage.until(task, 'installed')
    expect(task.progress.bytesTransferred).toBe(bytes.length)
    expect(await isInstalled(dock, ID, bytes)).toBe(true)
  })

  it('V8 the end of a back-off that was cut short -> wakes nobody in the next one', async () => {
    const stage = createStage()
    const dock = await stage.open({ retry: { jitter: 'none', baseDelayMs: 10_000 } })
    const { url, path } = await stage.publish()
    stage.origin.script(path, always(status(503)))
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'retrying')
    await stage.clock.advance(9000)
    await dock.downloads.retryDownload(task.id)
    await stage.until(task, 'retrying')
    const asked = stage.origin.requests.length
    // when the first one would have ended
    await stage.clock.advance(2000)
    expect(stage.origin.requests.length).toBe(asked)
    expect(task.progress).toMatchObject({ state: 'retrying', attempt: 3 })
  })
})

describe('V9 what an actor waits for', () => {
  it('V9 throws at once -> fails as if it had rejected', async () => {
    const stage = createStage()
    const dock = await openThrough(stage, () => {
      throw new TypeError('not even a promise')
    })
    const { url } = await stage.publish()
    const task = await dock.downloads.startDownload(url)
    await passTimeUntil(stage.clock, () => task.progress.state === 'failed', 'it to fail')
    await expect(task.finished).rejects.toThrow('not even a promise')
  })

  it.each(['resolves', 'rejects', 'never settles'] as const)(
    'V9 %s after it was cancelled -> nothing changes',
    async (how) => {
      const stage = createStage()
      let end = (): void => {}
      let asked = 0
      const dock = await openThrough(stage, async (request, rightly) => {
        asked++
        const answer = await rightly({ ...request, signal: new AbortController().signal })
        await new Promise<void>((resolve, reject) => {
          end = how === 'resolves' ? resolve : () => reject(new Error('too late'))
          if (how === 'never settles') end = () => {}
          request.signal.addEventListener('abort', () =>
            how === 'never settles' ? reject(request.signal.reason) : end(),
          )
        })
        return answer
      })
      const { url } = await stage.publish()
      const task = await dock.downloads.startDownload(url)
      await turnUntil(stage, () => asked === 1, 'the request')
      const seen = watch(dock, task)
      const cancelling = dock.downloads.cancelDownload(task.id)
      end()
      await passTimeUntil(stage.clock, () => task.progress.state === 'cancelled', 'it to be cancelled')
      await cancelling
      await stage.clock.advance(MINUTE_MS)
      expect(seen.at(-1)?.state).toBe('cancelled')
      expect(stage.clock.pendingTimers).toBe(0)
    },
  )

  it('V9 a call to the stores that never ends -> the others go on', async () => {
    const gate = createStorageGate()
    const stage = createStage(gate)
    const dock = await stage.open()
    const [stuck, good] = [await stage.publish({ id: 'stuck' }), await stage.publish({ id: 'good' })]
    const held = gate.hold(({ operation }) => operation === 'write')
    await dock.downloads.startDownload(stuck.url)
    await held.reached
    await (await dock.downloads.startDownload(good.url)).finished
    held.release()
  })
})

describe('V10 an actor breaks', () => {
  /** A report without what every report has, as a bug in an effect would send it. */
  function breakActor({ actor }: DownloadTask): void {
    actor?.send({ type: 'transfer.failed' } as never) // reason: no type allows it
  }

  it('V10 one of three -> fails by itself, its siblings go on', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const plugins = await Promise.all(['a', 'b', 'c'].map((id) => stage.publish({ id })))
    for (const { path } of plugins) stage.origin.script(path, stall(10))
    const tasks: DownloadTask[] = []
    for (const { url } of plugins) tasks.push(await dock.downloads.startDownload(url))
    const isHeld = (): boolean => stage.origin.requests.filter(({ bytesSent }) => bytesSent === 10).length === 3
    await turnUntil(stage, isHeld, 'three to move')
    const [first, ...others] = tasks
    if (first) breakActor(first)
    await stage.clock.settle()
    expect(first?.progress).toMatchObject({ state: 'failed', failure: { code: 'unsupported' } })
    for (const { path } of plugins) stage.origin.release(path)
    for (const task of others) await stage.until(task, 'installed')
  })

  it('V10 again at every retry -> fails every time, is never started by itself, and installs when it works', async () => {
    const stage = createStage()
    const dock = await stage.open()
    const { url, path } = await stage.publish()
    stage.origin.script(path, always(stall(10)))
    const task = await dock.downloads.startDownload(url)
    for (let time = 1; time <= 6; time++) {
      await turnUntil(
        stage,
        () => stage.origin.requests.filter((request) => request.path === path).length === time,
        'it',
      )
      breakActor(task)
      await stage.clock.advance(10 * MINUTE_MS)
      expect(task.progress.state).toBe('failed')
      expect(stage.origin.requests.filter((request) => request.path === path)).toHaveLength(time)
      if (time === 6) stage.origin.unscript(path)
      await dock.downloads.retryDownload(task.id)
    }
    await stage.until(task, 'installed')
  })
})

describe('V11 a subscriber throws', () => {
  it('V11 every kind of listener -> the others are called, the download goes on, the error is told as uncaught', async () => {
    const names = ['all', 'event', 'notifications', 'progress', 'snapshot', 'storage', 'task']
    const uncaught = catchUncaught(names.length)
    const stage = createStage()
    const dock = await stage.open()
    const { url, bytes } = await stage.publish()
    const task = await dock.downloads.startDownload(url)
    const heard = new Set<string>()
    const listen = (name: string, subscribe: (listener: () => void) => unknown): void => {
      let hasThrown = false
      subscribe(() => {
        if (hasThrown) return
        hasThrown = true
        throw new Error(name)
      })
      subscribe(() => void heard.add(name))
    }
    listen('progress', (listener) => dock.downloads.watchProgress(task.id).subscribe(listener))
    listen('all', (listener) => dock.downloads.watchAll().subscribe(listener))
    listen('notifications', (listener) => dock.notifications.subscribe(listener))
    listen('storage', (listener) => dock.storage.changes.subscribe(listener))
    listen('event', (listener) => dock.supervisor.on('download.installed', listener))
    listen('snapshot', (listener) => dock.supervisor.subscribe(listener))
    listen('task', (listener) => task.actor?.subscribe(listener))
    await stage.until(task, 'installed')
    expect(await isInstalled(dock, ID, bytes)).toBe(true)
    expect([...heard].sort()).toEqual(names)
    expect((await uncaught).map((error) => (error as Error).message).sort()).toEqual(names)
  })
})

describe('V17 a server that gives next to nothing', () => {
  it.each([65_536, 'none'] as const)(
    'V17 a byte more at every attempt, chunks %s -> fails after the last one',
    async (chunkLengths) => {
      const stage = createStage()
      const dock = await stage.open({ retry: { maxAttempts: 5 } })
      const { url, path } = await stage.publish({ chunkLengths })
      stage.origin.script(path, always(dropAfter(1)))
      const task = await dock.downloads.startDownload(url)
      await stage.until(task, 'failed')
      expect(task.progress).toMatchObject({ attempt: 5, failure: { code: 'network' } })
      expect(stage.origin.requests.filter((request) => request.path === path).length).toBeLessThanOrEqual(10)
    },
  )

  it.each([65_536, 'none'] as const)(
    'V17 the same half at every attempt, chunks %s -> fails after some',
    async (chunkLengths) => {
      const stage = createStage()
      const dock = await stage.open({ retry: { maxAttempts: 5 } })
      const { url, path } = await stage.publish({ chunkLengths })
      stage.origin.script(path, always(together(ignoreRange(), dropAfter(150_000))))
      const task = await dock.downloads.startDownload(url)
      await stage.until(task, 'failed')
      expect(task.progress.failure).toMatchObject({ code: 'network' })
      expect(stage.origin.requests.filter((request) => request.path === path).length).toBeLessThanOrEqual(10)
    },
  )

  it('V17 a chunk at every attempt -> it is progress, and it comes', async () => {
    const stage = createStage()
    const dock = await stage.open({ retry: { maxAttempts: 2 } })
    const { url, path, bytes } = await stage.publish({ size: 1_000_000 })
    stage.origin.script(path, always(dropAfter(66_000)))
    const task = await dock.downloads.startDownload(url)
    await stage.until(task, 'installed')
    expect(stage.origin.requests.filter((request) => request.path === path).length).toBeGreaterThan(10)
    expect(await isInstalled(dock, ID, bytes)).toBe(true)
  })
})
