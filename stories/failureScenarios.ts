import { chartsUpdate, colours, failed, graphics, MB, of, pdf, type Scenario, scenes } from './scenarioParts.js'

const url = 'https://cdn.example/pdf-4.8.69.zip'
const begun = { ...pdf, bytesDownloaded: 8.8 * MB }
const update = { ...chartsUpdate, bytesReused: 0 }

/** Every code with which a download may end, and what of it has words of its own. */
export const FAILURES = {
  failed: failed(begun, {
    code: 'network',
    message: 'cdn.example could not be reached',
    retryable: true,
    url,
    attempt: 5,
  }),
  failedUnexplained: of({ ...pdf, state: 'failed' }),
  failedAccess: failed(begun, { code: 'http-status', message: '403', status: 403, url }),
  failedGone: failed(pdf, { code: 'http-status', message: '404', status: 404, url }),
  failedBusy: failed(begun, { code: 'http-status', message: '503', status: 503, url, retryable: true, attempt: 5 }),
  failedStatus: failed(begun, { code: 'http-status', message: '418', status: 418, url }),
  failedStalled: failed(begun, { code: 'stalled', message: 'No byte for 20 s', url, retryable: true, attempt: 5 }),
  failedIntegrity: failed(
    { ...pdf, bytesDownloaded: 10.4 * MB },
    { code: 'integrity', message: 'Chunk 84 has another digest', attempt: 2 },
  ),
  failedSignature: failed(update, { code: 'signature', message: 'Signed by a key that is not trusted' }),
  failedManifest: failed(
    { pluginId: undefined },
    { code: 'manifest', message: 'No JSON', url: 'https://cdn.example/pdf/manifest.json' },
  ),
  failedStorageFull: {
    ...failed(scenes, {
      code: 'storage-full',
      message: 'Larger than the budget',
      bytesNeeded: 48.2 * MB,
      budgetBytes: 40 * MB,
    }),
    facts: { budgetBytes: 40 * MB },
  },
  failedStorage: failed(begun, { code: 'storage', message: 'The device refused to write', retryable: true }),
  failedArchive: failed(update, { code: 'archive', message: 'index.js has another checksum' }),
  failedCancelled: failed(begun, { code: 'cancelled', message: 'Cancelled' }),
  failedNotFound: failed(colours, { code: 'not-found', message: 'No such task' }),
  failedNotInstalled: failed(colours, { code: 'not-installed', message: 'Not installed' }),
  failedCorrupt: failed(update, { code: 'corrupt', message: 'Chunk 3 has another digest', retryable: true }),
  failedDowngrade: failed(graphics, { code: 'downgrade', message: '7.9.0 is older than 8.0.0' }),
  failedQuarantined: failed(update, { code: 'quarantined', message: '2.2.0 failed 3 times' }),
  failedExpired: failed(graphics, { code: 'expired', message: 'The manifest expired' }),
  failedUntrustedOrigin: failed(pdf, { code: 'untrusted-origin', message: 'Not an allowed origin', url }),
  failedLocked: failed(pdf, { code: 'locked', message: 'Another process has the store', retryable: true }),
  failedFenced: failed(begun, { code: 'fenced', message: 'Another dock has taken over' }),
  failedUnsupported: failed(graphics, { code: 'unsupported', message: 'No WebAssembly here' }),
  failedClosed: failed(begun, { code: 'closed', message: 'The dock was closed' }),
} as const satisfies Record<string, Scenario>
