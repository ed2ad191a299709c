import { useCallback, useMemo, useState } from 'react'
import type { DownloadProgress } from '../../domain/progress.js'
import { useNow } from '../words/clock.js'
import { useCardWords } from '../words/partWords.js'
import type { DownloadCallbacks } from './actions.js'
import { type CardDescription, describeDownload } from './describeDownload.js'
import type { DownloadFacts } from './facts.js'
import { useLiveTexts } from './useLiveTexts.js'

/** What is asked before much that was downloaded is thrown away. */
export interface CancelQuestion {
  readonly text: string
  readonly keepLabel: string
  readonly cancelLabel: string
  keepGoing(): void
  cancel(): void
}

/** A card without its looks. */
export interface DownloadCardModel extends CardDescription {
  /** Set while the card asks. */
  readonly cancelQuestion: CancelQuestion | undefined
  readonly detailsLabel: string
}

/** From here on a cancel is asked. */
const MUCH_BYTES = 10_000_000

/** Words, numbers and actions of a download, ready to be drawn any way you like. */
export function useDownloadCard(
  progress: DownloadProgress,
  callbacks: DownloadCallbacks = {},
  facts: DownloadFacts = {},
): DownloadCardModel {
  const words = useCardWords()
  const now = useNow(isCounting(progress))
  const live = useLiveTexts(progress, words, now)
  const question = useCancelQuestion(progress, callbacks.onCancel)
  const asked = { ...callbacks, onCancel: callbacks.onCancel && question.ask }
  const description = describeDownload(progress, { facts, callbacks: asked, words, live, now })
  const { buttons, cancelAsked } = words.messages
  return {
    ...description,
    detailsLabel: words.say(buttons.details) ?? '',
    cancelQuestion: question.isOpen
      ? {
          text: words.say(cancelAsked, { name: description.name, done: words.bytes(wonBytes(progress)) }) ?? '',
          keepLabel: words.say(buttons.keepGoing) ?? '',
          cancelLabel: words.say(buttons.cancelDownload) ?? '',
          keepGoing: question.close,
          cancel: question.confirm,
        }
      : undefined,
  }
}

/** Bytes that a cancel throws away. */
function wonBytes({ bytesDownloaded, bytesReused }: DownloadProgress): number {
  return Math.max(0, bytesDownloaded - bytesReused)
}

/** Whether what is shown changes with time alone. */
function isCounting({ state, waitingFor, lastByteAt }: DownloadProgress): boolean {
  if (state === 'installed') return lastByteAt !== undefined
  return (state === 'downloading' && lastByteAt !== undefined) || waitingFor?.until !== undefined
}

function useCancelQuestion(progress: DownloadProgress, onCancel: DownloadCallbacks['onCancel']) {
  const [askedIn, setAskedIn] = useState<string>()
  const { taskId, state } = progress
  const isMuch = wonBytes(progress) >= MUCH_BYTES
  const close = useCallback(() => setAskedIn(undefined), [])
  return useMemo(
    () => ({
      // a question that was not answered before the download moved on is asked no more
      isOpen: askedIn === `${taskId} ${state}`,
      close,
      ask: () => (isMuch ? setAskedIn(`${taskId} ${state}`) : onCancel?.(taskId)),
      confirm() {
        close()
        onCancel?.(taskId)
      },
    }),
    [askedIn, taskId, state, isMuch, onCancel, close],
  )
}
