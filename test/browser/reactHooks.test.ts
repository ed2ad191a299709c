import { createElement, Profiler, type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { filter, firstValueFrom } from 'rxjs'
import { afterEach, expect, test, vi } from 'vitest'
import { createPluginDockOn } from '../../src/createPluginDockOn.js'
import type { PluginDock } from '../../src/publicTypes.js'
import { PluginDockProvider, useDownload, useDownloads, useSupervisor } from '../../src/react/index.js'
import { buildPlugin, createMemoryHost, createScriptedOrigin, publishOn } from '../../src/testing/index.js'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

/** A dock with two paused downloads. */
async function openDock(): Promise<{ dock: PluginDock; moving: string; resting: string }> {
  const origin = createScriptedOrigin()
  origin.limitBytesPerSecond = 50_000
  const dock = await createPluginDockOn(createMemoryHost({ origin }))
  cleanups.push(() => dock.close())
  const start = async (id: string) => {
    const task = await dock.downloads.startDownload(publishOn(origin, await buildPlugin({ id, name: id })))
    await firstValueFrom(dock.downloads.watchProgress(task.id).pipe(filter(({ state }) => state === 'downloading')))
    await dock.downloads.pauseDownload(task.id)
    return task.id
  }
  const ids = { moving: await start('acme.moving'), resting: await start('acme.resting') }
  origin.limitBytesPerSecond = undefined
  return { dock, ...ids }
}

function mount(node: ReactNode): { host: HTMLElement; unmount: () => void } {
  const host = document.body.appendChild(document.createElement('div'))
  const root = createRoot(host)
  root.render(createElement(StrictMode, null, node))
  const unmount = () => {
    root.unmount()
    host.remove()
  }
  cleanups.push(unmount)
  return { host, unmount }
}

/** Drawn again as often as wanted. */
function mountCounted(node: (count: number) => ReactNode): { host: HTMLElement; draw: () => Promise<void> } {
  const host = document.body.appendChild(document.createElement('div'))
  const root = createRoot(host)
  cleanups.push(() => {
    root.unmount()
    host.remove()
  })
  let count = 0
  const draw = async () => {
    const wanted = `${++count}`
    root.render(createElement(StrictMode, null, node(count)))
    await vi.waitFor(() => expect(host.textContent).toMatch(new RegExp(`^${wanted}\\D`)))
  }
  void draw()
  return { host, draw }
}

function State({ taskId }: { taskId: string }): ReactNode {
  return createElement('output', { 'data-task': taskId }, useDownload(taskId)?.state ?? 'none')
}

function All(): ReactNode {
  const list = useDownloads().map(({ name, state }) => `${name} ${state}`)
  return createElement('p', null, list.join(', '))
}

const text = (host: HTMLElement, selector: string) => host.querySelector(selector)?.textContent

test('one download moves -> who reads the other is not drawn again', async () => {
  const { dock, moving, resting } = await openDock()
  const draws: string[] = []
  const row = (taskId: string) =>
    createElement(Profiler, { id: taskId, onRender: () => draws.push(taskId) }, createElement(State, { taskId }))
  const { host } = mount(createElement(PluginDockProvider, { dock, announces: false }, row(moving), row(resting)))
  await vi.waitFor(() => expect(text(host, `[data-task="${resting}"]`)).toBe('paused'))
  draws.length = 0
  await dock.downloads.resumeDownload(moving)
  await vi.waitFor(() => expect(text(host, `[data-task="${moving}"]`)).toBe('installed'))
  expect(draws).toContain(moving)
  expect(draws).not.toContain(resting)
})

test('strict mode, drawn many times -> one subscription to each download', async () => {
  const { dock, resting } = await openDock()
  const watched = vi.spyOn(dock.downloads, 'watchProgress')
  const { host, draw } = mountCounted((count) =>
    createElement(PluginDockProvider, { dock, announces: false }, count, createElement(State, { taskId: resting })),
  )
  await vi.waitFor(() => expect(text(host, 'output')).toBe('paused'))
  await draw()
  watched.mockClear()
  for (let count = 0; count < 5; count++) await draw()
  expect(watched).not.toHaveBeenCalled()
})

test('a settled download is dismissed -> gone for its reader and from the list', async () => {
  const { dock, moving } = await openDock()
  const { host } = mount(
    createElement(PluginDockProvider, { dock }, createElement(State, { taskId: moving }), createElement(All)),
  )
  await dock.downloads.resumeDownload(moving)
  await vi.waitFor(() => expect(text(host, 'output')).toBe('installed'))
  await dock.downloads.dismissDownload(moving)
  await vi.waitFor(() => expect(text(host, 'output')).toBe('none'))
  await vi.waitFor(() => expect(text(host, 'p')).toBe('acme.resting paused'))
})

test('strict mode, mounted and unmounted -> the dock goes on', async () => {
  const { dock, moving } = await openDock()
  const { host, unmount } = mount(createElement(PluginDockProvider, { dock }, createElement(All)))
  await vi.waitFor(() => expect(text(host, 'p')).toContain('acme.moving paused'))
  unmount()
  const { finished } = dock.downloads.getTask(moving) ?? {}
  await dock.downloads.resumeDownload(moving)
  expect(await finished).toMatchObject({ pluginId: 'acme.moving' })
})

test('the supervisor does what nobody selected -> not drawn again; by its own comparison neither', async () => {
  const { dock, moving } = await openDock()
  const draws: string[] = []
  const reader = (id: string, Reader: () => ReactNode) =>
    createElement(Profiler, { id, onRender: () => draws.push(id) }, createElement(Reader))
  const Leads = () => createElement('p', null, String(useSupervisor((snapshot) => snapshot.hasTag('leader'))))
  const Listed = () => {
    const [leads] = useSupervisor(
      (snapshot) => [snapshot.hasTag('leader')],
      ([left], [right]) => left === right,
    )
    return createElement('p', null, String(leads))
  }
  const { host } = mount(createElement(PluginDockProvider, { dock }, reader('leads', Leads), reader('list', Listed)))
  await vi.waitFor(() => expect(text(host, 'p')).toBe('true'))
  draws.length = 0
  const changes = vi.fn()
  dock.supervisor.subscribe(changes)
  await dock.downloads.resumeDownload(moving)
  await dock.downloads.getTask(moving)?.finished
  expect(changes).toHaveBeenCalled()
  expect(draws).toEqual([])
})

test('the supervisor, read through its actor -> drawn when what was selected changes', async () => {
  const { dock } = await openDock()
  const Leads = () => createElement('p', null, String(useSupervisor((snapshot) => snapshot.hasTag('leader'))))
  const { host } = mount(createElement(PluginDockProvider, { dock }, createElement(Leads)))
  await vi.waitFor(() => expect(text(host, 'p')).toBe('true'))
})
