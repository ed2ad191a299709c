import type { ReactNode } from 'react'
import { usePlayground } from './playgroundContext.js'

/** How much of the whole catalogue is installed, a colour for each plugin. The figures stand beside it. */
export function StorageBar(): ReactNode {
  const { origin, storage } = usePlayground()
  const allBytes = origin.plugins.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const installed = origin.plugins.filter(({ id }) => storage?.installed.some(({ pluginId }) => pluginId === id))
  return (
    <div className="pg-storage" aria-hidden="true">
      {installed.map(({ id, hue, sizeBytes }) => (
        <span key={id} data-hue={hue} style={{ flexBasis: `${(100 * sizeBytes) / allBytes}%` }} />
      ))}
    </div>
  )
}
