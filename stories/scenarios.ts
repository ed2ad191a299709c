import { FAILURES } from './failureScenarios.js'
import { chartsUpdate, colours, graphics, MB, NOW, of, pdf, type Scenario, scenes } from './scenarioParts.js'

export { NOW, type Scenario } from './scenarioParts.js'

/** One list of situations for stories, pictures and tests. */
export const SCENARIOS = {
  resolving: of({ ...colours, state: 'resolving', totalBytes: undefined }),
  queued: of({ ...graphics, state: 'queued', waitingFor: { code: 'slot', message: 'Next in line', position: 1 } }),
  queuedLater: of({
    ...graphics,
    state: 'queued',
    waitingFor: { code: 'slot', message: 'Number 3 in line', position: 3 },
  }),
  queuedForOrigin: of({
    ...graphics,
    state: 'queued',
    waitingFor: { code: 'origin-slot', message: 'Waiting for a connection', position: 1, host: 'cdn.example' },
  }),
  queuedForSamePlugin: of({
    ...graphics,
    state: 'queued',
    waitingFor: { code: 'same-plugin', message: 'Waiting for another version', position: 1 },
  }),
  downloading: of({
    ...chartsUpdate,
    state: 'downloading',
    bytesDownloaded: 18.4 * MB,
    speedBytesPerSecond: 68_000,
    estimatedTimeRemaining: 165_000,
  }),
  downloadingFirst: of({
    ...scenes,
    state: 'downloading',
    bytesDownloaded: 20.2 * MB,
    speedBytesPerSecond: 4_200_000,
    estimatedTimeRemaining: 6_700,
  }),
  downloadingSizeUnknown: of({
    ...graphics,
    state: 'downloading',
    totalBytes: undefined,
    bytesDownloaded: 3.4 * MB,
    speedBytesPerSecond: 1_200_000,
  }),
  downloadingSilent: of({ ...pdf, state: 'downloading', bytesDownloaded: 8.8 * MB, lastByteAt: NOW - 8000 }),
  downloadingLimited: {
    ...of({
      ...scenes,
      state: 'downloading',
      bytesDownloaded: 20.2 * MB,
      speedBytesPerSecond: 1_000_000,
      estimatedTimeRemaining: 28_000,
    }),
    facts: { limitBytesPerSecond: 1_000_000 },
  },
  paused: of({
    ...scenes,
    state: 'paused',
    bytesDownloaded: 20.2 * MB,
    waitingFor: { code: 'user', message: 'Paused' },
  }),
  pausedEmpty: of({ ...scenes, state: 'paused', waitingFor: { code: 'user', message: 'Paused' } }),
  retrying: of({ ...pdf, state: 'retrying', bytesDownloaded: 8.8 * MB, waitingFor: backoff('cut') }),
  retryingAfterStall: of({ ...pdf, state: 'retrying', bytesDownloaded: 8.8 * MB, waitingFor: backoff('stall') }),
  retryingAfterDamage: of({ ...pdf, state: 'retrying', bytesDownloaded: 8.8 * MB, waitingFor: backoff('damaged') }),
  retryingServerBusy: of({
    ...colours,
    state: 'retrying',
    bytesDownloaded: 0.25 * MB,
    waitingFor: {
      code: 'server-busy',
      message: '503',
      until: Date.UTC(2026, 10, 30, 14, 8, 30),
      attempt: 1,
      maxAttempts: 5,
    },
  }),
  retryingServerBusySoon: of({
    ...colours,
    state: 'retrying',
    bytesDownloaded: 0.25 * MB,
    waitingFor: { code: 'server-busy', message: '429', until: NOW + 12_000, attempt: 1, maxAttempts: 5 },
  }),
  retryingFreshLink: of({
    ...pdf,
    state: 'retrying',
    bytesDownloaded: 8.8 * MB,
    waitingFor: { code: 'fresh-link', message: 'Asking for a new link' },
  }),
  verifying: of({ ...chartsUpdate, state: 'verifying', bytesDownloaded: 29.6 * MB }),
  installing: of({ ...chartsUpdate, state: 'installing', bytesDownloaded: 29.6 * MB }),
  installingFirst: of({ ...scenes, state: 'installing', bytesDownloaded: 48.2 * MB }),
  awaitingNetwork: of({
    ...scenes,
    state: 'awaitingNetwork',
    bytesDownloaded: 20.2 * MB,
    waitingFor: { code: 'offline', message: 'Offline' },
  }),
  awaitingNetworkCaptivePortal: of({
    ...scenes,
    state: 'awaitingNetwork',
    bytesDownloaded: 20.2 * MB,
    waitingFor: { code: 'captive-portal', message: 'A page to sign in came' },
  }),
  awaitingNetworkMetered: of({
    ...scenes,
    state: 'awaitingNetwork',
    bytesDownloaded: 20.2 * MB,
    waitingFor: { code: 'metered', message: 'Metered' },
  }),
  awaitingNetworkSaveData: of({
    ...scenes,
    state: 'awaitingNetwork',
    bytesDownloaded: 20.2 * MB,
    waitingFor: { code: 'save-data', message: 'Data saver' },
  }),
  awaitingConsent: of({
    ...chartsUpdate,
    state: 'awaitingConsent',
    bytesDownloaded: 6.1 * MB,
    waitingFor: { code: 'consent', message: 'Asks first', bytesToTransfer: 23.5 * MB },
  }),
  awaitingSpace: of({
    ...scenes,
    state: 'awaitingSpace',
    bytesDownloaded: 20.2 * MB,
    waitingFor: { code: 'space', message: 'No room', bytesNeeded: 28 * MB },
  }),
  awaitingSpaceStuck: of({
    ...scenes,
    state: 'awaitingSpace',
    bytesDownloaded: 20.2 * MB,
    waitingFor: {
      code: 'space',
      message: 'No room',
      bytesNeeded: 28 * MB,
      plan: { bytesToFree: 28 * MB, bytesFreed: 0, sufficient: false, items: [] },
    },
  }),
  newLeader: of({
    ...scenes,
    state: 'queued',
    bytesDownloaded: 20.2 * MB,
    waitingFor: { code: 'new-leader', message: 'Another tab was closed' },
  }),
  background: of({
    ...scenes,
    state: 'downloading',
    bytesDownloaded: 20.2 * MB,
    waitingFor: { code: 'background', message: 'The browser goes on with it' },
  }),
  // a machine may say nothing of why: the state has words of its own
  queuedUnexplained: of({ ...graphics, state: 'queued' }),
  retryingUnexplained: of({ ...pdf, state: 'retrying', bytesDownloaded: 8.8 * MB }),
  pausedUnexplained: of({ ...scenes, state: 'paused', bytesDownloaded: 20.2 * MB }),
  pausedEmptyUnexplained: of({ ...scenes, state: 'paused' }),
  awaitingNetworkUnexplained: of({ ...scenes, state: 'awaitingNetwork', bytesDownloaded: 20.2 * MB }),
  awaitingConsentUnexplained: of({ ...scenes, state: 'awaitingConsent' }),
  awaitingSpaceUnexplained: of({ ...scenes, state: 'awaitingSpace', bytesDownloaded: 20.2 * MB }),
  installed: of({ ...chartsUpdate, state: 'installed', bytesDownloaded: 29.6 * MB, lastByteAt: NOW - 65_000 }),
  rolledBack: {
    ...of({ ...chartsUpdate, state: 'rolledBack', bytesDownloaded: 29.6 * MB }),
    facts: { rollback: { cause: 'failed', until: Date.UTC(2026, 11, 7) } },
  },
  rolledBackSlow: {
    ...of({ ...chartsUpdate, state: 'rolledBack', bytesDownloaded: 29.6 * MB }),
    facts: { rollback: { cause: 'slow', waitedMs: 30_000 } },
  },
  rolledBackReported: {
    ...of({ ...chartsUpdate, state: 'rolledBack', bytesDownloaded: 29.6 * MB }),
    facts: { rollback: { cause: 'reported' } },
  },
  rolledBackDamaged: {
    ...of({ ...chartsUpdate, state: 'rolledBack', bytesDownloaded: 29.6 * MB }),
    facts: { rollback: { cause: 'damaged' } },
  },
  rolledBackByUser: {
    ...of({ ...chartsUpdate, state: 'rolledBack', bytesDownloaded: 29.6 * MB }),
    facts: { rollback: { cause: 'user' } },
  },
  ...FAILURES,
  cancelled: of({ ...scenes, state: 'cancelled', bytesDownloaded: 20.2 * MB }),
  cancelledEmpty: of({ ...scenes, state: 'cancelled' }),
} as const satisfies Record<string, Scenario>

function backoff(cause: 'cut' | 'stall' | 'damaged') {
  return { code: 'backoff', message: 'Again soon', until: NOW + 12_000, attempt: 2, maxAttempts: 5, cause } as const
}
