import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fn, userEvent, within } from 'storybook/test'
import { StorageMeter } from '../src/react/index.js'
import { LIBRARY, MANY, SPACE, SPACE_EMPTY, SPACE_FULL, SPACE_NEARLY_FULL, SPACE_WITHOUT_BUDGET } from './library.js'
import { SCENARIOS } from './scenarios.js'

const meta = {
  title: 'Widgets/StorageMeter',
  component: StorageMeter,
  args: {
    space: SPACE,
    plugins: LIBRARY,
    downloads: [SCENARIOS.paused.progress],
    onFreeSpace: fn(),
    onCheckAll: fn(),
    onAskToKeep: fn(),
  },
} satisfies Meta<typeof StorageMeter>

export default meta
type Story = StoryObj<typeof meta>

export const Ok: Story = {
  async play({ args, canvasElement }) {
    const canvas = within(canvasElement)
    await expect(canvas.getByRole('meter', { name: 'Storage' })).toHaveAttribute(
      'aria-valuetext',
      '212\u00a0MB used, 288\u00a0MB free of 500\u00a0MB',
    )
    await expect(canvas.getByText('3D scenes 0.171.0, unfinished')).toBeVisible()
    await userEvent.click(canvas.getByRole('button', { name: 'Free up space' }))
    await expect(args.onFreeSpace).toHaveBeenCalledOnce()
  },
}

export const NearlyFull: Story = { args: { space: SPACE_NEARLY_FULL } }

export const Full: Story = {
  args: { space: SPACE_FULL },
  async play({ args, canvasElement }) {
    await userEvent.click(within(canvasElement).getByRole('button', { name: 'Ask the browser to keep them' }))
    await expect(args.onAskToKeep).toHaveBeenCalledOnce()
  },
}

export const ManyPlugins: Story = {
  args: { plugins: MANY, space: { ...SPACE, usedBytes: 222_000_000 } },
  async play({ canvasElement }) {
    await expect(within(canvasElement).getByText('7 others')).toBeVisible()
  },
}

export const WithoutBudget: Story = { args: { space: SPACE_WITHOUT_BUDGET } }

export const Empty: Story = {
  args: { plugins: [], downloads: [], space: SPACE_EMPTY },
  async play({ canvasElement }) {
    await expect(within(canvasElement).getByText(/^Nothing stored\./)).toBeVisible()
  },
}

export const Loading: Story = { args: { plugins: [], downloads: [], space: undefined } }
