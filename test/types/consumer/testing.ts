/** What an app's tests write against `plugdock/testing`. */
import { createPluginDockOn, type PluginDock } from 'plugdock'
import {
  createMemoryHost,
  createModelRun,
  createScriptedOrigin,
  createVirtualClock,
  downloadModel,
  dropAfter,
  leadershipModel,
  type MemoryHost,
  type ModelRun,
  status,
} from 'plugdock/testing'

export async function open(): Promise<PluginDock> {
  const clock = createVirtualClock()
  const origin = createScriptedOrigin({ clock })
  origin.put('/manifest.json', '{}')
  origin.script('/manifest.json', status(503), dropAfter(1))
  // @ts-expect-error no fault
  origin.script('/manifest.json', 'break')
  // @ts-expect-error no options
  createMemoryHost(42)
  // @ts-expect-error no clock
  createMemoryHost({ clock: 'noon' })
  const host: MemoryHost = createMemoryHost({ clock, origin, capacityBytes: 1_000_000 })
  const dock = await createPluginDockOn(host, { maxConcurrentDownloads: 1 })
  await dock.downloads.startDownload(origin.urlOf('/manifest.json'))
  host.crash()
  return dock
}

class App {
  press(_button: 'install' | 'stop'): void {}
  shows(_state: 'idle' | 'downloading' | 'paused' | 'dismissed' | string): void {}
}

const executors = {
  open: () => new App(),
  events: { start: (app: App) => app.press('install'), pause: (app: App) => app.press('stop') },
  states: { '*': (app: App, _: unknown, state: string) => app.shows(state) },
}

export const some: ModelRun = createModelRun(downloadModel, executors, { only: ['start', 'pause'] })
// @ts-expect-error no executor for `resume`
createModelRun(downloadModel, executors, { only: ['start', 'resume'] })
// @ts-expect-error no such event
createModelRun(downloadModel, executors, { only: ['start', 'burn'] })
// @ts-expect-error no executors for all other events
createModelRun(downloadModel, executors)
// @ts-expect-error no executors for the other states
createModelRun(downloadModel, { ...executors, states: { idle: () => {} } }, { only: ['start', 'pause'] })
createModelRun(
  leadershipModel,
  {
    open: () => new App(),
    events: { 'open first': (app, { second }) => app.shows(second) },
    states: { 'nobody leads': () => {}, 'first leads': (app) => app.press('stop'), 'second leads': () => {} },
  },
  { only: ['open first'] },
)
