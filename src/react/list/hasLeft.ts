import type { FocusEvent } from 'react'

/**
 * Whether a person took the focus out of the element that listens. Not where another window has it, nor where what had
 * the focus was removed: of that React tells nothing.
 */
export function hasLeft({ target, relatedTarget, currentTarget }: FocusEvent<HTMLElement>): boolean {
  return target !== document.activeElement && !currentTarget.contains(relatedTarget)
}
