import { createPluginDock, createSupervisorLogic } from 'plugdock/browser'
import { type ActorRefFrom, createActor, setup } from 'xstate'

const options = { maxConcurrentDownloads: 2 }
const supervisor = createSupervisorLogic(options)

/** An app that is a machine itself: plugdock's supervisor is one of its actors, and lives as long as it does. */
const appMachine = setup({
  types: { events: {} as { type: 'shop.opened' } | { type: 'shop.closed' } },
  actors: { supervisor },
}).createMachine({
  id: 'app',
  invoke: { id: 'plugins', src: 'supervisor', systemId: 'plugins' },
  initial: 'home',
  states: { home: { on: { 'shop.opened': 'shop' } }, shop: { on: { 'shop.closed': 'home' } } },
})

export const app = createActor(appMachine).start()

/** The dock over the app's actor owns nothing: closing it leaves the supervisor to the app. */
const actor: ActorRefFrom<typeof supervisor> = app.system.get('plugins')
export const dock = await createPluginDock({ ...options, supervisor: actor })

/** The supervisor is an actor like any other: it takes events, and emits what happened. */
export function install(manifestUrl: string): void {
  actor.send({ type: 'download.start', source: manifestUrl })
}

export function onInstalled(listen: (taskId: string) => void) {
  return actor.on('download.installed', ({ taskId }) => listen(taskId))
}
