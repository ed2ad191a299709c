import { useSyncExternalStore } from 'react'

export type Page = 'library' | 'downloads' | 'settings' | 'faults'

/** The page, and the plugin that runs on the stage: both are in the address, so that a reload comes back to them. */
export interface Route {
  readonly page: Page
  readonly pluginId: string | undefined
}

export const PAGES: readonly Page[] = ['library', 'downloads', 'settings', 'faults']

export function useRoute(): Route {
  return parse(useSyncExternalStore(subscribe, () => location.hash))
}

export function addressOf(page: Page, pluginId?: string): string {
  return pluginId === undefined ? `#${page}` : `#${page}/${pluginId}`
}

export function goTo(page: Page, pluginId?: string): void {
  location.hash = addressOf(page, pluginId)
}

function parse(hash: string): Route {
  const [name, pluginId] = hash.slice(1).split('/')
  const page = PAGES.find((known) => known === name) ?? 'library'
  return { page, pluginId: page === 'library' ? pluginId : undefined }
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}
