import type { ReactNode } from 'react'
import type { PluginView } from '../dock/library.js'

/** A newer version that could be installed. */
export interface PluginUpdate {
  readonly version: string
  /** Bytes to transfer. */
  readonly sizeBytes?: number | undefined
}

/** A plugin that the platform removed. */
export interface LostPlugin {
  readonly pluginId: string
  readonly name?: string | undefined
  readonly version?: string | undefined
  readonly sizeBytes?: number | undefined
}

/** How far a check is. */
export type CheckProgress = (progress: { readonly bytesChecked: number; readonly totalBytes: number }) => void

/** What the app can do about a plugin. An action without its callback is not offered; a rejection is shown in the row. */
export interface LibraryCallbacks {
  readonly onOpen?: ((pluginId: string) => void) | undefined
  readonly onUpdate?: ((pluginId: string) => void) | undefined
  readonly onInstallAgain?: ((pluginId: string) => void) | undefined
  readonly onRepair?: ((pluginId: string) => Promise<void>) | undefined
  readonly onPin?: ((pluginId: string, isPinned: boolean) => Promise<void>) | undefined
  /** Resolves with whether every byte is right. */
  readonly onCheck?: ((pluginId: string, onProgress: CheckProgress) => Promise<boolean>) | undefined
  readonly onGoBack?: ((pluginId: string) => Promise<void>) | undefined
  /** Runs a version again that was skipped. */
  readonly onTryVersion?: ((pluginId: string, version: string) => Promise<void>) | undefined
  readonly onRemove?: ((pluginId: string) => Promise<void>) | undefined
}

export interface PluginLibraryProps extends LibraryCallbacks {
  /** `undefined` until it is known. */
  readonly plugins: readonly PluginView[] | undefined
  /** By plugin. */
  readonly updates?: ReadonlyMap<string, PluginUpdate> | undefined
  /** Bytes to transfer until a damaged one is whole, as far as a check has told; by plugin. */
  readonly repairSizes?: ReadonlyMap<string, number> | undefined
  readonly lost?: readonly LostPlugin[] | undefined
  /** A plugin's picture, 22 px; decoration only. */
  readonly icon?: ((pluginId: string) => ReactNode) | undefined
  /** Offered where there is nothing to show. */
  readonly onBrowse?: (() => void) | undefined
  /** Of the title; rows follow below. @default 2 */
  readonly headingLevel?: 2 | 3 | 4 | 5 | undefined
  readonly className?: string | undefined
}
