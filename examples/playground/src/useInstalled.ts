import type { InstalledPlugin } from 'plugdock/browser'
import { useDownloads, usePluginDock } from 'plugdock/react'
import { useCallback, useEffect, useState } from 'react'

export interface Storage {
  readonly installed: readonly InstalledPlugin[]
  readonly usedBytes: number
}

const LOOK_AGAIN_MS = 1500

/** What is on the disk: read again when a download changes its state, and from time to time for other tabs. */
export function useInstalled(): { readonly storage: Storage | undefined; refresh(): Promise<void> } {
  const dock = usePluginDock()
  const [storage, setStorage] = useState<Storage>()
  const states = useDownloads()
    .map(({ taskId, state }) => `${taskId} ${state}`)
    .join()
  const refresh = useCallback(async () => {
    const [installed, usedBytes] = await Promise.all([dock.storage.getInstalledPlugins(), dock.storage.getUsedSpace()])
    setStorage((last) => (isSame(last, installed, usedBytes) ? last : { installed, usedBytes }))
  }, [dock])
  // biome-ignore lint/correctness/useExhaustiveDependencies(states): a download that ends changes what is installed
  useEffect(() => {
    const look = () => void refresh().catch(() => {})
    look()
    const timer = setInterval(look, LOOK_AGAIN_MS)
    return () => clearInterval(timer)
  }, [refresh, states])
  return { storage, refresh }
}

function isSame(last: Storage | undefined, installed: readonly InstalledPlugin[], usedBytes: number): boolean {
  return last?.usedBytes === usedBytes && JSON.stringify(last.installed) === JSON.stringify(installed)
}
