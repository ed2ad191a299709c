import type { Meta, StoryObj } from '@storybook/react-vite'
import { expect, within } from 'storybook/test'
import { DownloadCard } from '../src/react/index.js'
import { CALLBACKS } from './callbacks.js'
import { pluginIcon } from './pluginIcon.js'
import { SCENARIOS, type Scenario } from './scenarios.js'

const meta = {
  title: 'Widgets/DownloadCard',
  component: DownloadCard,
  args: { ...CALLBACKS, progress: SCENARIOS.downloading.progress, headingLevel: 2 },
  async play({ args, canvasElement }) {
    const card = within(canvasElement).getByRole('article', { name: args.progress.name ?? '' })
    await expect(card).toHaveAttribute('data-state', args.progress.state)
  },
} satisfies Meta<typeof DownloadCard>

export default meta
type Story = StoryObj<typeof meta>

export const Resolving: Story = { args: argsOf(SCENARIOS.resolving) }
export const Queued: Story = { args: argsOf(SCENARIOS.queued) }
export const QueuedLater: Story = { args: argsOf(SCENARIOS.queuedLater) }
export const QueuedForOrigin: Story = { args: argsOf(SCENARIOS.queuedForOrigin) }
export const QueuedForSamePlugin: Story = { args: argsOf(SCENARIOS.queuedForSamePlugin) }
export const Downloading: Story = { args: argsOf(SCENARIOS.downloading) }
export const DownloadingFirst: Story = { args: argsOf(SCENARIOS.downloadingFirst) }
export const DownloadingSizeUnknown: Story = { args: argsOf(SCENARIOS.downloadingSizeUnknown) }
export const DownloadingSilent: Story = { args: argsOf(SCENARIOS.downloadingSilent) }
export const DownloadingLimited: Story = { args: argsOf(SCENARIOS.downloadingLimited) }
export const Paused: Story = { args: argsOf(SCENARIOS.paused) }
export const PausedEmpty: Story = { args: argsOf(SCENARIOS.pausedEmpty) }
export const Retrying: Story = { args: argsOf(SCENARIOS.retrying) }
export const RetryingAfterStall: Story = { args: argsOf(SCENARIOS.retryingAfterStall) }
export const RetryingAfterDamage: Story = { args: argsOf(SCENARIOS.retryingAfterDamage) }
export const RetryingServerBusy: Story = { args: argsOf(SCENARIOS.retryingServerBusy) }
export const RetryingFreshLink: Story = { args: argsOf(SCENARIOS.retryingFreshLink) }
export const Verifying: Story = { args: argsOf(SCENARIOS.verifying) }
export const Installing: Story = { args: argsOf(SCENARIOS.installing) }
export const InstallingFirst: Story = { args: argsOf(SCENARIOS.installingFirst) }
export const AwaitingNetwork: Story = { args: argsOf(SCENARIOS.awaitingNetwork) }
export const AwaitingNetworkCaptivePortal: Story = { args: argsOf(SCENARIOS.awaitingNetworkCaptivePortal) }
export const AwaitingNetworkMetered: Story = { args: argsOf(SCENARIOS.awaitingNetworkMetered) }
export const AwaitingNetworkSaveData: Story = { args: argsOf(SCENARIOS.awaitingNetworkSaveData) }
export const AwaitingConsent: Story = { args: argsOf(SCENARIOS.awaitingConsent) }
export const AwaitingSpace: Story = { args: argsOf(SCENARIOS.awaitingSpace) }
export const AwaitingSpaceStuck: Story = { args: argsOf(SCENARIOS.awaitingSpaceStuck) }
export const Installed: Story = { args: argsOf(SCENARIOS.installed) }
export const RolledBack: Story = { args: argsOf(SCENARIOS.rolledBack) }
export const RolledBackSlow: Story = { args: argsOf(SCENARIOS.rolledBackSlow) }
export const RolledBackByUser: Story = { args: argsOf(SCENARIOS.rolledBackByUser) }
export const Failed: Story = { args: argsOf(SCENARIOS.failed) }
export const FailedIntegrity: Story = { args: argsOf(SCENARIOS.failedIntegrity) }
export const FailedGone: Story = { args: argsOf(SCENARIOS.failedGone) }
export const FailedSignature: Story = { args: argsOf(SCENARIOS.failedSignature) }
export const Cancelled: Story = { args: argsOf(SCENARIOS.cancelled) }
export const CancelledEmpty: Story = { args: argsOf(SCENARIOS.cancelledEmpty) }

function argsOf({ progress, facts }: Scenario) {
  return { progress, facts, icon: pluginIcon(progress.pluginId) }
}
