import { type ReactNode, useCallback, useState } from 'react'
import { FreeSpaceLater } from '../dock/DockDialogs.js'
import { usePluginDock } from '../dock/dockContext.js'
import { ignore } from '../dock/ignore.js'
import { useDownloads } from '../dock/useDownloads.js'
import { useLibrary, useStorage } from '../dock/useInstalled.js'
import { useWords } from '../words/wordsContext.js'
import { StorageMeter, type StorageMeterProps } from './StorageMeter.js'
import { useCheckAll } from './useCheckAll.js'

export interface DockStorageMeterProps
  extends Omit<StorageMeterProps, 'space' | 'plugins' | 'downloads' | 'check' | 'status'> {
  /** Told of commands that came to nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/**
 * What the dock stores. Making room, checking all and asking the browser to keep them come with it, as far as this
 * device can; an app's own callbacks go first.
 */
export function DockStorageMeter({ onError = ignore, ...props }: DockStorageMeterProps): ReactNode {
  const plugins = useLibrary() ?? NONE
  const downloads = useDownloads()
  const space = useStorage()
  const [isAsking, setAsking] = useState(false)
  const close = useCallback(() => setAsking(false), [])
  const all = useCheckAll(plugins, onError)
  const keeping = useAskToKeep()
  return (
    <>
      <StorageMeter
        onFreeSpace={() => setAsking(true)}
        onCheckAll={all.start}
        onAskToKeep={keeping.ask}
        {...props}
        check={all.check}
        status={[keeping.status, all.status].filter(Boolean).join(' ') || undefined}
        space={space}
        plugins={plugins}
        downloads={downloads}
      />
      {isAsking ? <FreeSpaceLater onClose={close} onError={onError} /> : null}
    </>
  )
}

const NONE = [] as const

/** Absent where there is nobody to ask, or nothing to keep. */
function useAskToKeep(): { readonly ask: (() => void) | undefined; readonly status: string | undefined } {
  const { storage, capabilities } = usePluginDock()
  const { messages, say } = useWords()
  const [isKept, setKept] = useState<boolean>()
  const { persist } = storage
  const { keptNow, notKept } = messages.storage
  return {
    ask: persist && capabilities.bundleStore !== 'memory' ? () => void persist().then(setKept) : undefined,
    status: isKept === undefined ? undefined : say(isKept ? keptNow : notKept),
  }
}
