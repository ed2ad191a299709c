/** What an app writes against `plugdock/browser`. */
import type { PluginDock } from 'plugdock'
import { createPluginDock, createSupervisorLogic, UnsupportedError } from 'plugdock/browser'

export async function open(): Promise<PluginDock | undefined> {
  try {
    await createPluginDock()
    await createPluginDock({ worker: () => new Worker('/engine.worker.js', { type: 'module' }) })
    await createPluginDock({ storage: { fallback: 'memory', keepPreviousVersions: 2 } })
    // @ts-expect-error a page has no directory
    await createPluginDock({ directory: '/plugins' })
    // @ts-expect-error none, or memory
    await createPluginDock({ storage: { fallback: 'localStorage' } })
    return await createPluginDock({ name: 'editor', headers: () => ({ authorization: 'Bearer token' }) })
  } catch (error) {
    if (error instanceof UnsupportedError) return undefined
    throw error
  }
}

export const logic = createSupervisorLogic({ name: 'editor' })
