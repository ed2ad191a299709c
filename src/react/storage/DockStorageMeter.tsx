import { type ReactNode, useState } from 'react'
import { usePluginDock } from '../dock/dockContext.js'
import { ignore } from '../dock/ignore.js'
import { useDownloads } from '../dock/useDownloads.js'
import { useLibrary, useStorage } from '../dock/useInstalled.js'
import { DockFreeSpaceDialog } from './DockFreeSpaceDialog.js'
import { StorageMeter, type StorageMeterProps } from './StorageMeter.js'

export interface DockStorageMeterProps
  extends Omit<StorageMeterProps, 'space' | 'plugins' | 'downloads' | 'onAskToKeep'> {
  /** Told of commands that came to nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** What the dock stores. Making room and checking all come with it; an app's own callbacks go first. */
export function DockStorageMeter({ onError = ignore, ...props }: DockStorageMeterProps): ReactNode {
  const { storage } = usePluginDock()
  const plugins = useLibrary() ?? NONE
  const downloads = useDownloads()
  const space = useStorage()
  const [isAsking, setAsking] = useState(false)
  const checkAll = async () => {
    for (const { plugin } of plugins) await storage.verify(plugin.pluginId).catch(onError)
  }
  return (
    <>
      <StorageMeter
        onFreeSpace={() => setAsking(true)}
        onCheckAll={() => void checkAll()}
        {...props}
        space={space}
        plugins={plugins}
        downloads={downloads}
      />
      {isAsking ? <DockFreeSpaceDialog onClose={() => setAsking(false)} /> : null}
    </>
  )
}

const NONE = [] as const
