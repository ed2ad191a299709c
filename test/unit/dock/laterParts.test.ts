import { afterEach, expect, test, vi } from 'vitest'
import { judging } from '../../../src/actors/laterParts.js'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import { leading, running } from '../../../src/dock/laterParts.js'
import { NetworkError } from '../../../src/domain/errors/index.js'
import { type LaterPart, laterPart } from '../../../src/domain/laterPart.js'
import { stall } from '../../../src/testing/index.js'
import { createStage } from './stage.js'

afterEach(() => {
  vi.restoreAllMocks()
})

function unreachable() {
  return new NetworkError('The part of this app could not be loaded', { url: '' })
}

/** Its connection stands, and nothing comes. */
const neverThere = laterPart('a test', () => new Promise<never>(() => {}), { isWantedLater: false })

/** A dock on a host that loads code over a network, and has no time to load any ahead. */
async function openWithout(...parts: readonly LaterPart<unknown>[]) {
  const stage = createStage()
  const idle: (() => void)[] = []
  const spies = parts.map((part) => vi.spyOn(part, 'load').mockRejectedValue(unreachable()))
  const dock = await createPluginDockOn(Object.assign(stage.host, { whenIdle: (work: () => void) => idle.push(work) }))
  const reachable = (): void => {
    for (const spy of spies) spy.mockRestore()
  }
  return { ...stage, dock, idle, reachable }
}

test('a host that has all code at hand -> opened with all of it', async () => {
  const loads = [leading, running, judging].map((part) => vi.spyOn(part, 'load'))
  await createStage().open()
  for (const load of loads) expect(load).toHaveBeenCalled()
})

test('a host that loads code over a network -> opened without, and loaded when it has time', async () => {
  const { dock, idle } = await openWithout()
  const loads = [leading, running, judging].map((part) => vi.spyOn(part, 'load'))
  for (const load of loads) expect(load).not.toHaveBeenCalled()
  for (const work of idle) work()
  for (const load of loads) expect(load).toHaveBeenCalledOnce()
  await dock.close()
})

test('code that installs cannot be loaded -> the download waits like for any network, and installs when it can', async () => {
  const { dock, publish, until, reachable } = await openWithout(leading)
  const { url } = await publish()
  const task = await dock.downloads.startDownload(url)
  await until(task, 'retrying')
  expect(task.progress.waitingFor).toMatchObject({ code: 'backoff', attempt: 2 })
  reachable()
  await until(task, 'installed')
  await dock.close()
})

test('code that runs plugins cannot be loaded -> a typed error, and the next try loads', async () => {
  const { dock, publish, until, reachable } = await openWithout(running)
  const { url, manifest } = await publish()
  await until(await dock.downloads.startDownload(url), 'installed')
  await expect(dock.plugins.load(manifest.id)).rejects.toThrow(NetworkError)
  reachable()
  const plugin = await dock.plugins.load(manifest.id)
  expect(plugin.version).toBe(manifest.version)
  await dock.close()
})

test('code that installs does not come -> the download is no more stuck than with a server that does not answer', async () => {
  const { dock, publish, until } = await openWithout()
  const { url } = await publish()
  const coming = vi.spyOn(leading, 'load').mockImplementation((timers) => neverThere.load(timers))
  const task = await dock.downloads.startDownload(url)
  await until(task, 'retrying')
  coming.mockRestore()
  await until(task, 'installed')
  await dock.close()
})

test('a manifest as an object, and code that plans cannot be loaded -> recorded all the same, and installed when it can', async () => {
  const { dock, publish, until, reachable } = await openWithout(leading)
  const { manifest, url } = await publish()
  const task = await dock.downloads.startDownload(manifest, { baseUrl: url })
  await until(task, 'retrying')
  reachable()
  await until(task, 'installed')
  await dock.close()
})

test('half a download is cancelled where code that installs cannot be loaded any more -> its bytes are gone', async () => {
  const { dock, host, origin, publish } = await openWithout()
  const { url, path } = await publish()
  origin.script(path, stall(200_000))
  const stalled = origin.next('stall', path)
  const task = await dock.downloads.startDownload(url)
  await stalled
  await dock.downloads.pauseDownload(task.id)
  expect(await host.bundles.list()).toHaveLength(1)
  vi.spyOn(leading, 'load').mockRejectedValue(unreachable())
  await dock.downloads.cancelDownload(task.id)
  expect(await host.bundles.list()).toEqual([])
  await dock.close()
})

test('a download that is cancelled before code that installs could be loaded -> cancelled', async () => {
  const { dock, publish, until } = await openWithout(leading)
  const { url } = await publish()
  const task = await dock.downloads.startDownload(url)
  await until(task, 'retrying')
  await dock.downloads.cancelDownload(task.id)
  expect(task.progress.state).toBe('cancelled')
  await dock.close()
})

test('code that judges versions cannot be loaded -> no code runs untried, and the version has not failed', async () => {
  const { dock, publish, until, reachable } = await openWithout(judging)
  const { url, manifest } = await publish()
  await until(await dock.downloads.startDownload(url), 'installed')
  await expect(dock.plugins.activate(manifest.id, () => 'ran')).rejects.toThrow()
  reachable()
  expect(await dock.plugins.activate(manifest.id, () => 'ran')).toBe('ran')
  await dock.close()
})
