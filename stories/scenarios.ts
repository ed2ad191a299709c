import type { DownloadProgress } from '../src/publicTypes.js'
import type { DownloadFacts } from '../src/react/index.js'

/** What the time is in every picture. */
export const NOW = Date.UTC(2026, 10, 30, 14, 4, 48)

/** A download as somebody may meet it. */
export interface Scenario {
  readonly progress: DownloadProgress
  readonly facts?: DownloadFacts
}

const MB = 1_000_000

const charts = plugin('acme.charts', 'Charts', '2.2.0', 29.6)
const chartsUpdate = { ...charts, previousVersion: '2.1.0', bytesReused: 6.1 * MB }
const scenes = plugin('acme.scenes', '3D scenes', '0.171.0', 48.2)
const pdf = plugin('acme.pdf', 'PDF viewer', '4.8.69', 12.4)
const graphics = plugin('acme.graphics', 'Data graphics', '7.9.0', 8.7)
const colours = plugin('acme.colours', 'Syntax colours', '11.10.0', 3.1)

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
      until: Date.UTC(2026, 10, 30, 14, 5, 30),
      attempt: 1,
      maxAttempts: 5,
    },
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
  installed: of({ ...chartsUpdate, state: 'installed', bytesDownloaded: 29.6 * MB, lastByteAt: NOW - 65_000 }),
  rolledBack: {
    ...of({ ...chartsUpdate, state: 'rolledBack', bytesDownloaded: 29.6 * MB }),
    facts: { rollback: { cause: 'failed', until: Date.UTC(2026, 11, 7) } },
  },
  rolledBackSlow: {
    ...of({ ...chartsUpdate, state: 'rolledBack', bytesDownloaded: 29.6 * MB }),
    facts: { rollback: { cause: 'slow', waitedMs: 30_000 } },
  },
  rolledBackByUser: {
    ...of({ ...chartsUpdate, state: 'rolledBack', bytesDownloaded: 29.6 * MB }),
    facts: { rollback: { cause: 'user' } },
  },
  failed: of({
    ...pdf,
    state: 'failed',
    bytesDownloaded: 8.8 * MB,
    failure: {
      code: 'network',
      message: 'cdn.example could not be reached',
      retryable: true,
      url: 'https://cdn.example/pdf-4.8.69.zip',
      attempt: 5,
    },
  }),
  failedIntegrity: of({
    ...pdf,
    state: 'failed',
    bytesDownloaded: 10.4 * MB,
    failure: { code: 'integrity', message: 'Chunk 84 has another digest', retryable: false, attempt: 2 },
  }),
  failedGone: of({
    ...pdf,
    state: 'failed',
    failure: {
      code: 'http-status',
      message: '404',
      retryable: false,
      status: 404,
      url: 'https://cdn.example/a',
      attempt: 1,
    },
  }),
  failedSignature: of({
    ...chartsUpdate,
    bytesReused: 0,
    state: 'failed',
    failure: { code: 'signature', message: 'Signed by a key that is not trusted', retryable: false, attempt: 1 },
  }),
  cancelled: of({ ...scenes, state: 'cancelled', bytesDownloaded: 20.2 * MB }),
  cancelledEmpty: of({ ...scenes, state: 'cancelled' }),
} as const satisfies Record<string, Scenario>

function of(progress: Partial<DownloadProgress> & Pick<DownloadProgress, 'pluginId' | 'state'>): Scenario {
  return {
    progress: {
      taskId: `${progress.pluginId}`,
      version: undefined,
      bytesDownloaded: 0,
      bytesReused: 0,
      bytesTransferred: 0,
      totalBytes: undefined,
      speedBytesPerSecond: 0,
      estimatedTimeRemaining: undefined,
      attempt: 1,
      ...progress,
    },
  }
}

function plugin(pluginId: string, name: string, version: string, megabytes: number) {
  return { pluginId, name, version, totalBytes: megabytes * MB }
}

function backoff(cause: 'cut' | 'stall' | 'damaged') {
  return { code: 'backoff', message: 'Again soon', until: NOW + 12_000, attempt: 2, maxAttempts: 5, cause } as const
}
