import type { DownloadProgress } from 'plugdock/browser'
import { createContext, useContext } from 'react'
import type { Faults } from './faults/useFaults.js'
import type { CatalogueItem, OriginChange, OriginState } from './origin.js'

/** What every part of the page may know and do. */
export interface Playground {
  readonly origin: OriginState
  readonly faults: Faults
  /** What goes wrong is shown. */
  changeOrigin(change: OriginChange): void
  install(item: CatalogueItem): void
  open(pluginId: string): void
  itemOf(progress: DownloadProgress): CatalogueItem | undefined
  /** Shows what went wrong with a command. */
  complain(error: unknown): void
}

export const PlaygroundContext = createContext<Playground | undefined>(undefined)

export function usePlayground(): Playground {
  const playground = useContext(PlaygroundContext)
  if (playground) return playground
  throw new Error('usePlayground needs <App> above the component')
}
