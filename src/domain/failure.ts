import {
  ArchiveError,
  CancelledError,
  ClosedError,
  CorruptError,
  DowngradeError,
  ExpiredError,
  FencedError,
  HttpStatusError,
  IntegrityError,
  LockedError,
  ManifestError,
  NetworkError,
  NotInstalledError,
  PluginDockError,
  type PluginDockErrorCode,
  QuarantinedError,
  SignatureError,
  StalledError,
  StorageError,
  StorageFullError,
  TaskNotFoundError,
  UnsupportedError,
  UntrustedOriginError,
} from './errors/index.js'
import { isRetryableStatus, RECOVERY } from './recovery.js'

/** A {@link PluginDockError} as plain data, fit for a record, a message and a screen. */
export interface DownloadFailure {
  readonly code: PluginDockErrorCode
  readonly message: string
  /** Whether the same request may well succeed later, without anybody changing anything. */
  readonly retryable: boolean
  readonly url?: string
  readonly status?: number
  /** Of a bundle that is larger than `budgetBytes` allows. */
  readonly bytesNeeded?: number
  readonly budgetBytes?: number
  /** The attempt that failed, 1 for the first. */
  readonly attempt: number
}

/** The one mapping from what was thrown to what machines, records and screens know. */
export function toFailure(error: unknown): Omit<DownloadFailure, 'attempt'> {
  const known = asPluginDockError(error)
  return {
    code: known.code,
    message: known.message,
    retryable: isRetryable(known),
    ...('url' in known && typeof known.url === 'string' ? { url: known.url } : {}),
    ...(known instanceof HttpStatusError ? { status: known.status } : {}),
    ...(known instanceof StorageFullError ? sizesOf(known) : {}),
  }
}

/** Rebuilds the error that a failure was made from; `cause` is lost. */
export function toError(
  failure: DownloadFailure,
  about: { pluginId?: string; version?: string } = {},
): PluginDockError {
  const { code, message, url = '' } = failure
  const pluginId = about.pluginId ?? ''
  const version = about.version ?? ''
  switch (code) {
    case 'network':
      return new NetworkError(message, { url })
    case 'http-status':
      return new HttpStatusError(message, { url, status: failure.status ?? 0 })
    case 'stalled':
      return new StalledError(message, { url, afterMs: 0 })
    case 'integrity':
      return new IntegrityError(message, { url })
    case 'signature':
      return new SignatureError(message, { url })
    case 'manifest':
      return new ManifestError(message, { issues: [message], url })
    case 'storage-full':
      return new StorageFullError(message, sizesOf(failure))
    case 'storage':
      return new StorageError(message)
    case 'archive':
      return new ArchiveError(message, {})
    case 'cancelled':
      return new CancelledError(message)
    case 'not-found':
      return new TaskNotFoundError(message, { taskId: '' })
    case 'not-installed':
      return new NotInstalledError(message, { pluginId })
    case 'corrupt':
      return new CorruptError(message, { pluginId, version, badChunks: [] })
    case 'downgrade':
      return new DowngradeError(message, { pluginId, version, floor: '' })
    case 'quarantined':
      return new QuarantinedError(message, { pluginId, version, until: 0 })
    case 'expired':
      return new ExpiredError(message, { expires: '' })
    case 'untrusted-origin':
      return new UntrustedOriginError(message, { url })
    case 'locked':
      return new LockedError(message, {})
    case 'fenced':
      return new FencedError(message, { epoch: 0, storedEpoch: 0 })
    case 'unsupported':
      return new UnsupportedError(message)
    case 'closed':
      return new ClosedError(message)
  }
}

function sizesOf({
  bytesNeeded,
  budgetBytes,
}: { readonly [Size in 'bytesNeeded' | 'budgetBytes']?: number | undefined }) {
  return {
    ...(bytesNeeded === undefined ? {} : { bytesNeeded }),
    ...(budgetBytes === undefined ? {} : { budgetBytes }),
  }
}

/** What adapters did not recognise becomes `unsupported`: it is plugdock's fault, and says so. */
export function asPluginDockError(error: unknown): PluginDockError {
  if (error instanceof PluginDockError) return error
  const text = error instanceof Error ? error.message : String(error)
  return new UnsupportedError(`Something unexpected went wrong: ${text}`, { cause: error })
}

function isRetryable(error: PluginDockError): boolean {
  if (error instanceof HttpStatusError) return error.awaitsLink || isRetryableStatus(error.status)
  return RECOVERY[error.code].retries
}
