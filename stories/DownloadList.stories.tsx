import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, fn, userEvent, within } from 'storybook/test'
import { DownloadList } from '../src/react/index.js'
import { CALLBACKS } from './callbacks.js'
import { pluginIcon } from './pluginIcon.js'
import { SCENARIOS, type Scenario } from './scenarios.js'

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
  args: { downloads: rows(SCENARIOS.paused, SCENARIOS.pausedEmpty) },
  async play({ args, canvasElement }) {
    await userEvent.click(within(canvasElement).getByRole('button', { name: 'Resume all' }))
    await expect(args.onResumeAll).toHaveBeenCalledOnce()
  },
}

export const UnknownSize: Story = {
  args: { downloads: rows(SCENARIOS.downloading, SCENARIOS.downloadingSizeUnknown) },
}

export const Empty: Story = { args: { downloads: [], maxConcurrentDownloads: undefined } }

export const German: Story = { globals: { locale: 'de' } }

export const Compact: Story = { globals: { density: 'compact' } }

export const Narrow320: Story = {
  decorators: [
    (Story) => (
      <div className="narrow">
        <Story />
      </div>
    ),
  ],
}

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
