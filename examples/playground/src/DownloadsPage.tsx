import { DownloadList, useDownloads, usePluginDock } from 'plugdock/react'
import type { ReactNode } from 'react'
import { Icon, iconOf } from './Icon.js'
import { usePlayground } from './playgroundContext.js'
import { SpeedGraph } from './SpeedGraph.js'
import { STALL_MS } from './stalls.js'
import { useCallbacks } from './useCallbacks.js'
import { goTo } from './useRoute.js'

export function DownloadsPage(): ReactNode {
  const downloads = useDownloads()
  const { downloads: manager } = usePluginDock()
  const { itemOf, complain } = usePlayground()
  return (
    <>
      <SpeedGraph />
      <DownloadList
        {...useCallbacks()}
        downloads={downloads}
        facts={(progress) => ({ fallbackName: itemOf(progress)?.title, stallMs: STALL_MS })}
        icon={(progress) => <Icon name={iconOf(itemOf(progress)?.icon ?? '')} />}
        maxConcurrentDownloads={3}
        onBrowse={() => goTo('library')}
        onPauseAll={() => void manager.pauseAll().catch(complain)}
        onResumeAll={() => void manager.resumeAll().catch(complain)}
      />
    </>
  )
}
