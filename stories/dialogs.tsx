import { type ReactNode, useState } from 'react'
import { expect, screen, userEvent, waitFor, within } from 'storybook/test'

interface OpenerProps {
  /** @default 'Open' */
  readonly label?: string
  readonly onClose: () => void
  readonly children: (close: () => void) => ReactNode
}

/** A button that opens a dialog, and gets the focus back. */
export function Opener({ label = 'Open', onClose, children }: OpenerProps): ReactNode {
  const [isOpen, setOpen] = useState(false)
  const close = () => {
    setOpen(false)
    onClose()
  }
  return (
    <>
      <button type="button" className="pd-btn" onClick={() => setOpen(true)}>
        {label}
      </button>
      {isOpen ? children(close) : null}
    </>
  )
}

/** Opens it, and waits until all of it is seen. */
export async function openDialog(label = 'Open') {
  await userEvent.click(screen.getByRole('button', { name: label }))
  const dialog = await screen.findByRole('dialog')
  // nothing is visible before it has faded in
  await Promise.all(dialog.getAnimations().map(({ finished }) => finished))
  return within(dialog)
}

/** One after the other, as only one can be open. Each fits, and Escape closes it. The last one stays. */
export async function openEach(labels: readonly string[]): Promise<void> {
  for (const [index, label] of labels.entries()) {
    await openDialog(label)
    const { scrollWidth, clientWidth } = screen.getByRole('dialog')
    await expect(scrollWidth).toBeLessThanOrEqual(clientWidth)
    if (index === labels.length - 1) return
    await userEvent.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  }
}
