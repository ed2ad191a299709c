import { type ReactNode, useEffect } from 'react'
import type { PluginDock } from '../../dock/types.js'
import { LiveRegion } from '../live/LiveRegion.js'
import { SystemNotifications } from '../notices/SystemNotifications.js'
import type { SystemNotifier } from '../notices/systemNotifier.js'
import { MessagesProvider, type MessagesProviderProps } from '../words/MessagesProvider.js'
import { DockContext } from './dockContext.js'
import { noticesOf } from './dockStores.js'

export interface PluginDockProviderProps extends MessagesProviderProps {
  /** Opened and closed by the app: no mounting or unmounting touches it. */
  readonly dock: PluginDock
  /** Whether screen readers are told what happens to downloads. @default true */
  readonly announces?: boolean | undefined
  /** Whether who said yes is told by the system while the page is hidden. @default true */
  readonly notifies?: boolean | undefined
  /** Shows them otherwise: by the app's service worker, as phones want it. @default the page's own */
  readonly notifier?: SystemNotifier | undefined
}

/** Gives a dock and a language to all below, and tells screen readers what happens. */
export function PluginDockProvider({
  dock,
  announces = true,
  notifies = true,
  notifier,
  children,
  ...language
}: PluginDockProviderProps): ReactNode {
  // so that nothing is missed while no centre is open
  useEffect(() => noticesOf(dock).subscribe(() => {}), [dock])
  return (
    <DockContext.Provider value={dock}>
      <MessagesProvider {...language}>
        {children}
        {announces ? <LiveRegion /> : null}
        {notifies ? <SystemNotifications notifier={notifier} /> : null}
      </MessagesProvider>
    </DockContext.Provider>
  )
}
