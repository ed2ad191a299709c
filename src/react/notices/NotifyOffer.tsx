import { type ReactNode, useEffect, useId, useState } from 'react'
import type { PluginDock } from '../../dock/types.js'
import type { DownloadProgress } from '../../domain/progress.js'
import { usePluginDock } from '../dock/dockContext.js'
import { useAsideWords } from '../words/partWords.js'
import { useSystemChoice } from './systemChoice.js'

/** Only what takes so long is worth the question. */
const LONG_MS = 30_000

export interface NotifyOfferProps {
  readonly progress: DownloadProgress
  /** Whether Tab comes to its buttons; a list decides that for its rows. @default true */
  readonly isTabStop?: boolean | undefined
}

/**
 * Asks once whether to tell when it is done: of a download that a person started and that has a while to go. Nothing
 * where it was answered, or cannot be.
 */
export function NotifyOffer({ progress, isTabStop = true }: NotifyOfferProps): ReactNode {
  return useIsAsker(usePluginDock(), progress) ? <Offer isTabStop={isTabStop} /> : null
}

function Offer({ isTabStop }: { readonly isTabStop: boolean }): ReactNode {
  const { messages, say } = useAsideWords()
  const { system, isUndecided, change } = useSystemChoice()
  const id = useId()
  if (system !== 'off' || !isUndecided) return null
  const { offer, yes, no } = messages.notices
  const tabIndex = isTabStop ? undefined : -1
  return (
    <fieldset className="pd-widget pd-offer" aria-labelledby={id}>
      <p id={id}>{say(offer)}</p>
      <div className="pd-actions">
        <button type="button" className="pd-btn" tabIndex={tabIndex} onClick={() => change(false)}>
          {say(no)}
        </button>
        <button type="button" className="pd-btn" tabIndex={tabIndex} onClick={() => change(true)}>
          {say(yes)}
        </button>
      </div>
    </fieldset>
  )
}

/** By dock: the one download that asks. */
const askers = new WeakMap<PluginDock, string>()

function useIsAsker(dock: PluginDock, { taskId, state, estimatedTimeRemaining = 0 }: DownloadProgress): boolean {
  const [isAsking, setAsking] = useState(false)
  const isWorthIt = state === 'downloading' && estimatedTimeRemaining > LONG_MS
  useEffect(() => {
    if (!isWorthIt || askers.has(dock) || !isByUser(dock, taskId)) return
    askers.set(dock, taskId)
    setAsking(true)
  }, [dock, taskId, isWorthIt])
  useEffect(
    () => () => {
      if (askers.get(dock) === taskId) askers.delete(dock)
      setAsking(false)
    },
    [dock, taskId],
  )
  // once it is there it stays until it is answered, or nothing moves any more: nothing jumps
  return isAsking && state === 'downloading'
}

function isByUser({ downloads }: PluginDock, taskId: string): boolean {
  return downloads.getTask(taskId)?.actor?.getSnapshot().context.record.initiator !== 'automatic'
}
