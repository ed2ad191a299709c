import type { ReactNode } from 'react'
import { usePluginDock } from '../dock/dockContext.js'
import { ignore } from '../dock/ignore.js'
import { sourceUrlOf } from '../dock/taskSources.js'
import { useInstalledPlugins } from '../dock/useInstalled.js'
import { useNotifications } from '../dock/useNotifications.js'
import { useWords } from '../words/wordsContext.js'
import { nameOfNotice } from './describeNotice.js'
import { NotificationCentre } from './NotificationCentre.js'
import { RollbackNotice } from './RollbackNotice.js'
import { useSystemChoice } from './systemChoice.js'

/** The dock's notifications behind a bell, with the switch for those of the system. */
export function DockNotificationCentre({ className }: { readonly className?: string | undefined }): ReactNode {
  const { notices, markRead, clear } = useNotifications()
  const { system, change } = useSystemChoice()
  const nameOf = useNames()
  return (
    <NotificationCentre
      notices={notices}
      nameOf={nameOf}
      system={system}
      onSystemChange={change}
      onRead={markRead}
      onClear={clear}
      className={className}
    />
  )
}

export interface DockRollbackNoticesProps {
  /** Told of commands that came to nothing. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** One notice for each plugin that went back by itself, newest first, until it is dismissed. */
export function DockRollbackNotices({ onError = ignore }: DockRollbackNoticesProps): ReactNode {
  const dock = usePluginDock()
  const words = useWords()
  const { notices, dismiss } = useNotifications()
  const nameOf = useNames()
  return notices.map((notice) => {
    const { id, notification } = notice
    const { rollback, pluginId, version } = notification
    // what a person did is no news to them
    if (!rollback || rollback.cause === 'user' || pluginId === undefined || version === undefined) return null
    const task = dock.downloads.getTasks().find((one) => one.pluginId === pluginId && one.version === version)
    const source = sourceUrlOf(task)
    const tryAgain = async () => {
      await dock.plugins.release(pluginId, version)
      if (source !== undefined) await dock.downloads.startDownload(source)
      dismiss(id)
    }
    return (
      <RollbackNotice
        key={id}
        name={nameOfNotice(notice, nameOf, words)}
        version={version}
        rollback={rollback}
        onDismiss={() => dismiss(id)}
        onTryVersion={source === undefined ? undefined : () => void tryAgain().catch(onError)}
      />
    )
  })
}

function useNames(): (pluginId: string) => string | undefined {
  const plugins = useInstalledPlugins()
  return (pluginId) => plugins?.find((plugin) => plugin.pluginId === pluginId)?.name
}
