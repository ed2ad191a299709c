import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fn, userEvent, within } from 'storybook/test'
import { RollbackNotice } from '../src/react/index.js'
import { FRAMES } from './frames.js'

const rollback = {
  to: '2.1.0',
  cause: 'failed',
  reason: 'createChart is not a function',
  until: Date.UTC(2026, 11, 7),
} as const

const meta = {
  title: 'Widgets/RollbackNotice',
  component: RollbackNotice,
  args: { name: 'Charts', version: '2.2.0', rollback, onDismiss: fn(), onTryVersion: fn() },
} satisfies Meta<typeof RollbackNotice>

export default meta
type Story = StoryObj<typeof meta>

export const Failed: Story = {
  async play({ args, canvasElement }) {
    const canvas = within(canvasElement)
    await expect(canvas.getByRole('status')).toHaveTextContent(
      "Charts is back on 2.1.0. Version 2.2.0 didn't start, so the version that worked is running again.",
    )
    await userEvent.click(canvas.getByRole('button', { name: 'OK' }))
    await expect(args.onDismiss).toHaveBeenCalledOnce()
  },
}

export const Slow: Story = {
  args: { rollback: { ...rollback, cause: 'slow', reason: 'it was not confirmed in time' } },
}
export const Reported: Story = { args: { rollback: { ...rollback, cause: 'reported', reason: 'It draws nothing' } } }
export const Damaged: Story = { args: { rollback: { to: '2.1.0', cause: 'damaged', reason: 'it is damaged' } } }

export const DetailsOpened: Story = {
  async play({ args, canvasElement }) {
    const canvas = within(canvasElement)
    await userEvent.click(canvas.getByRole('button', { name: 'Details' }))
    await expect(canvas.getByText('createChart is not a function')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Try 2.2.0 again' }))
    await expect(args.onTryVersion).toHaveBeenCalledOnce()
  },
}

export const AllStates: Story = {
  render: (args) => (
    <div className="column">
      {(['failed', 'slow', 'reported', 'user', 'damaged'] as const).map((cause) => (
        <RollbackNotice key={cause} {...args} rollback={{ ...rollback, cause }} />
      ))}
    </div>
  ),
}
export const Dark: Story = { ...AllStates, ...FRAMES.Dark }
export const German: Story = { ...AllStates, ...FRAMES.German }
export const Rtl: Story = { ...AllStates, ...FRAMES.Rtl }
export const Narrow320: Story = { ...AllStates, ...FRAMES.Narrow320 }
export const ForcedColors: Story = { ...AllStates, ...FRAMES.ForcedColors }
export const Compact: Story = { ...AllStates, ...FRAMES.Compact }
