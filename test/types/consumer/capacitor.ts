import { createPluginDock, createSupervisorLogic, type PluginDock } from 'plugdock/capacitor'

const dock: PluginDock = await createPluginDock({ name: 'plugins', storage: { fallback: 'memory' } })
await dock.close()
createSupervisorLogic()

// @ts-expect-error a directory is for hosts with files
await createPluginDock({ directory: 'plugins' })
