import { createContext, useContext } from 'react'
import type { PluginDock } from '../../dock/types.js'

export const DockContext = createContext<PluginDock | undefined>(undefined)

/** The dock of the provider above. Throws where there is none: that is a mistake in the app. */
export function usePluginDock(): PluginDock {
  const dock = useContext(DockContext)
  if (dock) return dock
  throw new Error('usePluginDock needs a <PluginDockProvider dock={dock}> above the component')
}
