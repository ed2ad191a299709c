import { type ReactNode, useEffect } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'
import { useLoaded } from '../dialog/useLoaded.js'
import type { DockConsentDialogProps } from '../network/DockConsentDialog.js'
import type { DockFreeSpaceDialogProps } from '../storage/DockFreeSpaceDialog.js'
import { ignore } from './ignore.js'

const loadSpace = () => import('../storage/DockFreeSpaceDialog.js')
const loadConsent = () => import('../network/DockConsentDialog.js')

interface Told {
  /** Told where the dialog cannot be fetched; it closes then. */
  readonly onError: (error: unknown) => void
}

/** Makes room: fetched when it is first opened, or when a download that lacks room is first drawn. */
export function FreeSpaceLater({ onError, ...props }: DockFreeSpaceDialogProps & Told): ReactNode {
  const part = useLoaded(loadSpace, (error) => closeFor(error, props.onClose, onError))
  return part ? <part.DockFreeSpaceDialog {...props} onError={onError} /> : null
}

/** Asks for the OK: fetched when it is first opened, or when a download that waits for it is first drawn. */
export function ConsentLater({ onError, ...props }: DockConsentDialogProps & Told): ReactNode {
  const part = useLoaded(loadConsent, (error) => closeFor(error, props.onClose, onError))
  return part ? <part.DockConsentDialog {...props} /> : null
}

function closeFor(error: unknown, onClose: () => void, onError: (error: unknown) => void): void {
  onError(error)
  onClose()
}

/** Fetches ahead what these downloads will offer to open, so that a press finds it, and a page that went offline too. */
export function useDialogsAhead(downloads: readonly DownloadProgress[]): void {
  const needsRoom = downloads.some(lacksRoom)
  const needsOk = downloads.some(({ state }) => state === 'awaitingConsent')
  useEffect(() => {
    // who opens it is told where it cannot be fetched
    if (needsRoom) loadSpace().catch(ignore)
    if (needsOk) loadConsent().catch(ignore)
  }, [needsRoom, needsOk])
}

function lacksRoom({ state, failure }: DownloadProgress): boolean {
  return state === 'awaitingSpace' || failure?.code === 'storage-full'
}
