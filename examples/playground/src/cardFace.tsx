import type { DownloadProgress } from 'plugdock/browser'
import { type DownloadFacts, usePluginDock } from 'plugdock/react'
import { type ReactNode, useMemo } from 'react'
import { Icon, iconOf } from './Icon.js'
import { usePlayground } from './playgroundContext.js'

/** Without a byte, until a connection is made anew. */
export const STALL_MS = 6000

interface CardFace {
  facts(progress: DownloadProgress): DownloadFacts
  icon(progress: DownloadProgress): ReactNode
  onOpen(taskId: string): void
}

/** What the widgets cannot know by themselves. */
export function useCardFace(): CardFace {
  const { downloads } = usePluginDock()
  const { itemOf, open } = usePlayground()
  return useMemo(
    () => ({
      facts: (progress) => ({ fallbackName: itemOf(progress)?.title, stallMs: STALL_MS }),
      icon: (progress) => <Icon name={iconOf(itemOf(progress)?.icon ?? '')} />,
      onOpen: (taskId) => {
        const pluginId = downloads.getTask(taskId)?.pluginId
        if (pluginId !== undefined) open(pluginId)
      },
    }),
    [downloads, itemOf, open],
  )
}
