import { type KeyboardEvent, type MouseEvent, type RefObject, type SyntheticEvent, useRef } from 'react'
import { useBeforePaint } from './useBeforePaint.js'

interface Modal {
  readonly ref: RefObject<HTMLDialogElement | null>
  readonly onCancel: (event: SyntheticEvent) => void
  readonly onKeyDown: (event: KeyboardEvent) => void
  readonly onClick: (event: MouseEvent<HTMLDialogElement>) => void
}

/**
 * A native modal dialog that is open while it is mounted. The focus begins at `[data-focus-first]` and returns to where
 * it was, or, where that is gone, to its row of a list; Escape and a click beside it ask to close.
 */
export function useModal(onClose: () => void): Modal {
  const ref = useRef<HTMLDialogElement>(null)
  // before the element leaves the page: only then the platform gives the focus back
  useBeforePaint(() => {
    const dialog = ref.current
    if (!dialog) return
    const before = document.activeElement
    const taskId = before?.closest<HTMLElement>('[data-task]')?.dataset.task
    dialog.showModal()
    dialog.querySelector<HTMLElement>('[data-focus-first]')?.focus()
    return () => {
      dialog.close()
      if (before instanceof HTMLElement) before.focus()
      // it has gone, or goes with the dialog
      queueMicrotask(() => {
        if (document.activeElement === document.body && taskId !== undefined) rowOf(taskId)?.focus()
      })
    }
  }, [])
  return {
    ref,
    onCancel(event) {
      event.preventDefault()
      onClose()
    },
    // before the platform hears of it, which would close what React still shows
    onKeyDown(event) {
      if (event.key !== 'Escape') return
      event.preventDefault()
      onClose()
    },
    onClick(event) {
      if (event.target === ref.current) onClose()
    },
  }
}

function rowOf(taskId: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-task="${CSS.escape(taskId)}"]`)
}
