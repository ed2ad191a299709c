import type { Observable } from 'rxjs'
import type { EvictionItem, EvictionPlan } from '../domain/evictionPlan.js'
import type { CleanupReport, InstalledPlugin, OrphanReport, VerificationReport } from '../domain/plugin.js'

export interface PluginStorageManager {
  /** As the options set it. */
  readonly budgetBytes: number | undefined
  /**
   * Tells that what was asked here, or of `plugins.versions`, may be answered otherwise now: something was installed,
   * removed, rolled back, pinned, found damaged, repaired or used. Bytes that downloads bring are told by their progress.
   */
  readonly changes: Observable<void>
  /** Bytes: least of quota, disk and budget, less what running downloads have still to store. */
  getAvailableSpace(): Promise<number>
  /** Bytes of bundles and partials, plus the serialised length of records. */
  getUsedSpace(): Promise<number>
  getInstalledPlugins(): Promise<InstalledPlugin[]>
  /** While the plugin is in use the record goes at once, the bytes when the last use ends. */
  deletePlugin(pluginId: string): Promise<void>
  /** Removes previous versions beyond those that are kept, but none in use, and none that a trial would fall back to. */
  cleanupOldVersions(): Promise<CleanupReport>
  /**
   * Removes, until so many bytes are free: orphans; quarantined; versions beyond the kept ones; previous versions of plugins
   * whose active version is confirmed healthy; whole plugins, the one that was used longest ago first. Never what is pinned,
   * in use or being installed, nor the version that a trial would fall back to. Tells what went; `sufficient` whether it did.
   */
  evictLeastRecentlyUsed(bytesToFree: number): Promise<EvictionPlan>
  /** The same, without doing it. Followers may ask too. */
  planEviction(bytesToFree: number): Promise<EvictionPlan>
  /**
   * Removes these items of a plan, as far as they may still go: with a plugin all its versions, with one orphan all
   * orphans. All of them together: a download that waits for room looks again when all have gone. Tells what went.
   */
  evictItems(items: readonly EvictionItem[], options?: EvictItemsOptions): Promise<EvictionPlan>
  /** Removes bytes that no record names; with `dryRun` only tells of them, also in followers. */
  collectOrphans(options?: { dryRun?: boolean }): Promise<OrphanReport>
  /** A pinned plugin is never evicted. Kept until `unpin`. */
  pin(pluginId: string): Promise<void>
  unpin(pluginId: string): Promise<void>
  /**
   * Asks the platform, which may ask its user, not to remove plugins when the device runs short; answers whether it
   * keeps them now. Asks again however often it refused, so it belongs behind a button. Never rejects. Absent where
   * nothing is removed, or nobody can be asked.
   */
  readonly persist?: (() => Promise<boolean>) | undefined
  /** Reads the whole active version and hashes it. */
  verify(pluginId: string, options?: VerifyOptions): Promise<VerificationReport>
}

export interface EvictItemsOptions {
  /** Whether plugins among them go that are pinned: a person chose them by name. @default false */
  readonly evenPinned?: boolean | undefined
}

export interface VerifyOptions {
  /** Told as bytes are read. */
  readonly onProgress?: ((progress: { readonly bytesChecked: number; readonly totalBytes: number }) => void) | undefined
}
