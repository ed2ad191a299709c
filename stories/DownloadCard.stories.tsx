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
    const card = within(canvasElement).getByRole('article', { name: args.progress.name ?? 'Plugin' })
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
export const RetryingServerBusySoon: Story = { args: argsOf(SCENARIOS.retryingServerBusySoon) }
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
export const NewLeader: Story = { args: argsOf(SCENARIOS.newLeader) }
export const Background: Story = { args: argsOf(SCENARIOS.background) }
export const QueuedUnexplained: Story = { args: argsOf(SCENARIOS.queuedUnexplained) }
export const RetryingUnexplained: Story = { args: argsOf(SCENARIOS.retryingUnexplained) }
export const PausedUnexplained: Story = { args: argsOf(SCENARIOS.pausedUnexplained) }
export const PausedEmptyUnexplained: Story = { args: argsOf(SCENARIOS.pausedEmptyUnexplained) }
export const AwaitingNetworkUnexplained: Story = { args: argsOf(SCENARIOS.awaitingNetworkUnexplained) }
export const AwaitingConsentUnexplained: Story = { args: argsOf(SCENARIOS.awaitingConsentUnexplained) }
export const AwaitingSpaceUnexplained: Story = { args: argsOf(SCENARIOS.awaitingSpaceUnexplained) }
export const Installed: Story = { args: argsOf(SCENARIOS.installed) }
export const RolledBack: Story = { args: argsOf(SCENARIOS.rolledBack) }
export const RolledBackSlow: Story = { args: argsOf(SCENARIOS.rolledBackSlow) }
export const RolledBackReported: Story = { args: argsOf(SCENARIOS.rolledBackReported) }
export const RolledBackDamaged: Story = { args: argsOf(SCENARIOS.rolledBackDamaged) }
export const RolledBackByUser: Story = { args: argsOf(SCENARIOS.rolledBackByUser) }
export const Failed: Story = { args: argsOf(SCENARIOS.failed) }
export const FailedUnexplained: Story = { args: argsOf(SCENARIOS.failedUnexplained) }
export const FailedAccess: Story = { args: argsOf(SCENARIOS.failedAccess) }
export const FailedGone: Story = { args: argsOf(SCENARIOS.failedGone) }
export const FailedBusy: Story = { args: argsOf(SCENARIOS.failedBusy) }
export const FailedStatus: Story = { args: argsOf(SCENARIOS.failedStatus) }
export const FailedStalled: Story = { args: argsOf(SCENARIOS.failedStalled) }
export const FailedIntegrity: Story = { args: argsOf(SCENARIOS.failedIntegrity) }
export const FailedSignature: Story = { args: argsOf(SCENARIOS.failedSignature) }
export const FailedManifest: Story = { args: argsOf(SCENARIOS.failedManifest) }
export const FailedStorageFull: Story = { args: argsOf(SCENARIOS.failedStorageFull) }
export const FailedStorage: Story = { args: argsOf(SCENARIOS.failedStorage) }
export const FailedArchive: Story = { args: argsOf(SCENARIOS.failedArchive) }
export const FailedCancelled: Story = { args: argsOf(SCENARIOS.failedCancelled) }
export const FailedNotFound: Story = { args: argsOf(SCENARIOS.failedNotFound) }
export const FailedNotInstalled: Story = { args: argsOf(SCENARIOS.failedNotInstalled) }
export const FailedCorrupt: Story = { args: argsOf(SCENARIOS.failedCorrupt) }
export const FailedDowngrade: Story = { args: argsOf(SCENARIOS.failedDowngrade) }
export const FailedQuarantined: Story = { args: argsOf(SCENARIOS.failedQuarantined) }
export const FailedExpired: Story = { args: argsOf(SCENARIOS.failedExpired) }
export const FailedUntrustedOrigin: Story = { args: argsOf(SCENARIOS.failedUntrustedOrigin) }
export const FailedLocked: Story = { args: argsOf(SCENARIOS.failedLocked) }
export const FailedFenced: Story = { args: argsOf(SCENARIOS.failedFenced) }
export const FailedUnsupported: Story = { args: argsOf(SCENARIOS.failedUnsupported) }
export const FailedClosed: Story = { args: argsOf(SCENARIOS.failedClosed) }
export const Cancelled: Story = { args: argsOf(SCENARIOS.cancelled) }
export const CancelledEmpty: Story = { args: argsOf(SCENARIOS.cancelledEmpty) }

function argsOf({ progress, facts }: Scenario) {
  return { progress, facts, icon: pluginIcon(progress.pluginId) }
}
