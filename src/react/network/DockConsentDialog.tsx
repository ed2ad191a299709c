import { type ReactNode, useEffect } from 'react'
import { useOnce } from '../dialog/useOnce.js'
import { usePluginDock } from '../dock/dockContext.js'
import { useDownloads } from '../dock/useDownloads.js'
import { useBandwidthPolicy, useConditions } from '../dock/useNetwork.js'
import { ConsentDialog } from './ConsentDialog.js'
import { costReason } from './costs.js'

export interface DockConsentDialogProps {
  /** The download it is about. @default all that wait for an OK */
  readonly taskId?: string | undefined
  /** It was answered, put off, or is asked no more: a connection without a limit came. */
  readonly onClose: () => void
}

/** Asks for the OK of downloads of the dock. Open while it is mounted. */
export function DockConsentDialog({ taskId, onClose }: DockConsentDialogProps): ReactNode {
  const { downloads: manager } = usePluginDock()
  const { policy } = useBandwidthPolicy()
  const conditions = useConditions()
  const waiting = useDownloads().filter(({ state }) => state === 'awaitingConsent')
  const asked = waiting.filter((download) => taskId === undefined || download.taskId === taskId)
  const isOver = asked.length === 0
  const close = useOnce(onClose)
  useEffect(() => {
    if (isOver) close()
  }, [isOver, close])
  if (isOver) return null
  const approve = async (answer: { readonly always: boolean }) => {
    for (const download of asked) await manager.approveDownload(download.taskId, answer)
  }
  return (
    <ConsentDialog
      downloads={asked}
      others={waiting.filter((download) => !asked.includes(download))}
      reason={costReason(policy, conditions)}
      onApprove={approve}
      onClose={close}
    />
  )
}
