import type { Meta, StoryObj } from '@storybook/react-vite'
import { useState } from 'react'
import { expect, fn, screen, userEvent, waitFor, within } from 'storybook/test'
import { FreeSpaceDialog, type FreeSpaceDialogProps } from '../src/react/index.js'
import { LIBRARY, PLAN, PLAN_OF_NOTHING, PLUGINS, SPACE_FULL } from './library.js'
import { pluginIcon } from './pluginIcon.js'

const meta = {
  title: 'Widgets/FreeSpaceDialog',
  component: FreeSpaceDialog,
  args: {
    plan: PLAN,
    plugins: LIBRARY,
    space: SPACE_FULL,
    bytesNeeded: 28_000_000,
    name: '3D scenes',
    icon: pluginIcon,
    onRemove: fn(async () => {}),
    onClose: fn(),
  },
  render: (args) => <Opener {...args} />,
  async play() {
    await userEvent.click(screen.getByRole('button', { name: 'Open' }))
    await expect(await screen.findByRole('heading', { level: 2 })).toHaveFocus()
  },
} satisfies Meta<typeof FreeSpaceDialog>

export default meta
type Story = StoryObj<typeof meta>

const open = async () => {
  await userEvent.click(screen.getByRole('button', { name: 'Open' }))
  const dialog = await screen.findByRole('dialog')
  // nothing is visible before it has faded in
  await Promise.all(dialog.getAnimations().map(({ finished }) => finished))
  return within(dialog)
}

/** As it opens. */
export const Shown: Story = {}

export const Suggested: Story = {
  async play({ args }) {
    const dialog = await open()
    await expect(dialog.getByRole('heading', { name: 'Free up 28\u00a0MB for 3D scenes' })).toHaveFocus()
    await expect(dialog.getByRole('checkbox', { name: /^Charts 2.1.0/ })).toBeChecked()
    await userEvent.click(dialog.getByRole('button', { name: 'Remove 1 item and continue' }))
    await expect(args.onRemove).toHaveBeenCalledWith({ items: [PLAN.items[0]], pinnedPluginIds: [] })
    await waitFor(() => expect(args.onClose).toHaveBeenCalledOnce())
    await expect(screen.getByRole('button', { name: 'Open' })).toHaveFocus()
  },
}

export const TooLittle: Story = {
  async play({ args }) {
    const dialog = await open()
    await userEvent.click(dialog.getByRole('checkbox', { name: /^Charts 2.1.0/ }))
    await userEvent.click(dialog.getByRole('button', { name: 'Select 28\u00a0MB more' }))
    await expect(dialog.getByRole('checkbox', { name: /^Charts 2.1.0/ })).toHaveFocus()
    await expect(args.onRemove).not.toHaveBeenCalled()
  },
}

export const WholePluginTakesItsVersions: Story = {
  async play() {
    const dialog = await open()
    await userEvent.click(dialog.getByRole('checkbox', { name: /^PDF viewer Last/ }))
    await expect(dialog.getByRole('checkbox', { name: /^PDF viewer 4.7.76/ })).toBeChecked()
    await userEvent.click(dialog.getByRole('checkbox', { name: /^PDF viewer 4.7.76/ }))
    await expect(dialog.getByRole('checkbox', { name: /^PDF viewer Last/ })).not.toBeChecked()
  },
}

export const EscapeChangesNothing: Story = {
  async play({ args }) {
    await open()
    await userEvent.keyboard('{Escape}')
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
    await expect(args.onRemove).not.toHaveBeenCalled()
    await expect(screen.getByRole('button', { name: 'Open' })).toHaveFocus()
  },
}

export const OnlyPinnedIsLeft: Story = {
  args: { plan: PLAN_OF_NOTHING },
  async play() {
    const dialog = await open()
    const box = dialog.getByRole('checkbox', { name: /^3D scenes You keep it/ })
    await expect(box).not.toBeChecked()
    await userEvent.click(box)
    await expect(dialog.getByRole('button', { name: 'Remove 1 item and continue' })).toBeVisible()
  },
}

export const NothingHelps: Story = {
  args: { plan: PLAN_OF_NOTHING, plugins: [PLUGINS.colours] },
  async play() {
    const dialog = await open()
    await expect(dialog.getByText('There is nothing here that could be removed.')).toBeVisible()
    await expect(dialog.getByText('Kept: Syntax colours (in use)')).toBeVisible()
  },
}

export const NotAllWent: Story = {
  args: {
    onRemove: fn(async () => {
      throw new Error('in use')
    }),
  },
  async play() {
    const dialog = await open()
    await userEvent.click(dialog.getByRole('button', { name: /^Remove 1 item/ }))
    await expect(await dialog.findByRole('alert')).toHaveTextContent("Couldn't remove everything.")
  },
}

export const WithoutDownload: Story = { args: { bytesNeeded: undefined, name: undefined } }
export const Dark: Story = { globals: { theme: 'dark' } }
export const GermanRtl: Story = {
  globals: { locale: 'de', direction: 'rtl' },
  async play() {
    await open()
    await expect(screen.getByRole('button', { name: '1 Eintrag entfernen und weiter' })).toBeVisible()
  },
}

function Opener({ onClose, ...props }: FreeSpaceDialogProps) {
  const [isOpen, setOpen] = useState(false)
  const close = () => {
    setOpen(false)
    onClose()
  }
  return (
    <>
      <button type="button" className="pd-btn" onClick={() => setOpen(true)}>
        Open
      </button>
      {isOpen ? <FreeSpaceDialog {...props} onClose={close} /> : null}
    </>
  )
}
