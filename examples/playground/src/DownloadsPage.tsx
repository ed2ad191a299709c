import { DockDownloadList } from 'plugdock/react'
import type { ReactNode } from 'react'
import { useCardFace } from './cardFace.js'
import { usePlayground } from './playgroundContext.js'
import { Speed } from './speed.js'
import { goTo } from './useRoute.js'

export function DownloadsPage(): ReactNode {
  const { complain } = usePlayground()
  return (
    <>
      <DockDownloadList {...useCardFace()} onBrowse={() => goTo('library')} onError={complain} />
      <Speed hasTable />
    </>
  )
}
