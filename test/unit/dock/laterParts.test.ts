import { afterEach, expect, test, vi } from 'vitest'
import { judging } from '../../../src/actors/laterParts.js'
import { createPluginDockOn } from '../../../src/createPluginDockOn.js'
import { leading, running } from '../../../src/dock/laterParts.js'
import { NetworkError } from '../../../src/domain/errors/index.js'
import { createStage } from './stage.js'

afterEach(() => {
  vi.restoreAllMocks()
})

function unreachable() {
  return new NetworkError('The part of this app could not be loaded', { url: '' })
}

/** A dock on a host that loads code over a network, and has no time to load any ahead. */
async function openWithout(...parts: readonly { load(): Promise<unknown> }[]) {
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
