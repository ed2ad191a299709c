import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fn, userEvent, within } from 'storybook/test'
import { DownloadList } from '../src/react/index.js'
import { CALLBACKS } from './callbacks.js'
import { FRAMES } from './frames.js'
import { expectNoOverflow } from './noOverflow.js'
import { pluginIcon } from './pluginIcon.js'
import { SCENARIOS, type Scenario } from './scenarios.js'

const ALL = Object.values<Scenario>(SCENARIOS)
const ONE_OF_EACH = ALL.filter(
  ({ progress }, index) => ALL.findIndex((other) => other.progress.state === progress.state) === index,
)
const PAUSED = rows(SCENARIOS.paused, SCENARIOS.pausedEmpty)
const UNSIZED = rows(SCENARIOS.downloading, SCENARIOS.downloadingSizeUnknown)

const meta = {
  title: 'Widgets/DownloadList',
  component: DownloadList,
  args: {
    ...CALLBACKS,
    onPauseAll: fn(),
    onResumeAll: fn(),
    onBrowse: fn(),
    icon: ({ pluginId }) => pluginIcon(pluginId),
    downloads: rows(
      SCENARIOS.awaitingSpace,
      SCENARIOS.downloading,
      SCENARIOS.downloadingFirst,
      SCENARIOS.retryingServerBusy,
      SCENARIOS.queued,
      SCENARIOS.installed,
    ),
    maxConcurrentDownloads: 2,
  },
} satisfies Meta<typeof DownloadList>

export default meta
type Story = StoryObj<typeof meta>

export const Mixed: Story = {
  async play({ canvasElement }) {
    const groups = within(canvasElement).getAllByRole('heading', { level: 3 })
    const names = groups.map(({ textContent }) => textContent)
    await expect(names).toEqual(['Needs you 1', 'Downloading 2', 'Waiting 2', 'Done 1'])
  },
}

export const AllPaused: Story = {
  args: { downloads: PAUSED },
  async play({ args, canvasElement }) {
    await userEvent.click(within(canvasElement).getByRole('button', { name: 'Resume all' }))
    await expect(args.onResumeAll).toHaveBeenCalledOnce()
  },
}

export const UnknownSize: Story = {
  args: { downloads: UNSIZED },
}

export const Empty: Story = { args: { downloads: [], maxConcurrentDownloads: undefined } }

/** One of each. */
export const AllStates: Story = {
  args: { downloads: rows(...ONE_OF_EACH) },
  play: ({ canvasElement }) => expectNoOverflow(canvasElement),
}
export const Dark: Story = { ...AllStates, ...FRAMES.Dark }
export const German: Story = { ...AllStates, ...FRAMES.German }
export const Rtl: Story = { ...AllStates, ...FRAMES.Rtl }
export const Narrow320: Story = { ...AllStates, ...FRAMES.Narrow320 }
export const ForcedColors: Story = { ...AllStates, ...FRAMES.ForcedColors }
export const Compact: Story = { ...AllStates, ...FRAMES.Compact }

export const Keyboard: Story = {
  async play({ args, canvasElement }) {
    const items = within(canvasElement)
      .getAllByRole('listitem')
      .filter(({ dataset }) => dataset.task !== undefined)
    await userEvent.tab()
    await userEvent.tab()
    await expect(items[0]).toHaveFocus()
    await userEvent.keyboard('{ArrowDown}')
    await expect(items[1]).toHaveFocus()
    await userEvent.keyboard(' ')
    await expect(args.onPause).toHaveBeenCalledWith(items[1]?.dataset.task)
    await userEvent.tab()
    await expect(within(canvasElement).getAllByRole('button', { name: 'Pause' })[0]).toHaveFocus()
    await userEvent.keyboard('{Escape}{End}')
    await expect(items.at(-1)).toHaveFocus()
  },
}

/** Each row a task of its own. */
function rows(...scenarios: readonly Scenario[]) {
  return scenarios.map(({ progress }, index) => ({ ...progress, taskId: `task-${index}` }))
}
