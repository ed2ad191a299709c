import {
  createPluginDock,
  createSupervisorLogic,
  defineBackgroundTask,
  type PluginDock,
  registerBackgroundTask,
  unregisterBackgroundTask,
} from 'plugdock/expo'

defineBackgroundTask({ taskName: 'plugins', dock: { allowedOrigins: ['https://cdn.example'] }, limitMs: 60_000 })
const isWoken: boolean = await registerBackgroundTask({ taskName: 'plugins', minimumIntervalMinutes: 60 })
if (!isWoken) await unregisterBackgroundTask({ taskName: 'plugins' })

const dock: PluginDock = await createPluginDock({ directory: 'file:///data/plugins' })
await dock.close()
createSupervisorLogic()

// @ts-expect-error a worker is for web pages
await createPluginDock({ worker: () => {} })
