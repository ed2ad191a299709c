import { fn } from 'storybook/test'
import type { DownloadCallbacks } from '../src/react/index.js'

/** Everything an app could offer, each told to the actions panel. */
export const CALLBACKS: Required<DownloadCallbacks> = {
  onPause: fn(),
  onResume: fn(),
  onCancel: fn(),
  onRetry: fn(),
  onDismiss: fn(),
  onOpen: fn(),
  onStartNow: fn(),
  onApprove: fn(),
  onConsentOptions: fn(),
  onPostpone: fn(),
  onFreeSpace: fn(),
  onShowPlugins: fn(),
  onDownloadAgain: fn(),
  onTryVersion: fn(),
  onRepair: fn(),
  onGoBack: fn(),
  onDowngrade: fn(),
  onReload: fn(),
}
