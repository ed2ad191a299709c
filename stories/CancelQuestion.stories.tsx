import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, userEvent, within } from 'storybook/test'
import { DownloadCard } from '../src/react/index.js'
import { CALLBACKS } from './callbacks.js'
import { SCENARIOS } from './scenarios.js'

const meta = {
  title: 'Widgets/DownloadCard/Questions',
  component: DownloadCard,
  args: { ...CALLBACKS, ...SCENARIOS.downloading, headingLevel: 2 },
} satisfies Meta<typeof DownloadCard>

export default meta
type Story = StoryObj<typeof meta>

export const CancelAsked: Story = {
  async play({ args, canvasElement }) {
    const canvas = within(canvasElement)
    await userEvent.click(canvas.getByRole('button', { name: 'Cancel' }))
    await expect(canvas.getByText('Cancel Charts? The 12.3 MB downloaded will be removed.')).toBeVisible()
    await expect(canvas.getByRole('button', { name: 'Keep going' })).toHaveFocus()
    await expect(args.onCancel).not.toHaveBeenCalled()
  },
}

export const CancelKept: Story = {
  async play({ args, canvasElement }) {
    const canvas = within(canvasElement)
    await userEvent.click(canvas.getByRole('button', { name: 'Cancel' }))
    await userEvent.keyboard('{Escape}')
    await expect(canvas.queryByRole('button', { name: 'Keep going' })).toBeNull()
    await expect(canvas.getByRole('button', { name: 'Cancel' })).toHaveFocus()
    await expect(args.onCancel).not.toHaveBeenCalled()
  },
}

export const CancelConfirmed: Story = {
  async play({ args, canvasElement }) {
    const canvas = within(canvasElement)
    await userEvent.click(canvas.getByRole('button', { name: 'Cancel' }))
    await userEvent.click(canvas.getByRole('button', { name: 'Cancel download' }))
    await expect(args.onCancel).toHaveBeenCalledWith(args.progress.taskId)
  },
}

export const LittleIsCancelledAtOnce: Story = {
  args: SCENARIOS.retrying,
  async play({ args, canvasElement }) {
    await userEvent.click(within(canvasElement).getByRole('button', { name: 'Cancel' }))
    await expect(args.onCancel).toHaveBeenCalledOnce()
  },
}

export const DetailsOpened: Story = {
  args: SCENARIOS.failed,
  async play({ canvasElement }) {
    const canvas = within(canvasElement)
    await expect(canvas.queryByText('network')).toBeNull()
    await userEvent.click(canvas.getByRole('button', { name: 'Details' }))
    await expect(canvas.getByText('network')).toBeVisible()
  },
}
