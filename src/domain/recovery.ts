import type { PluginDockErrorCode } from './errors/index.js'

/** What happens after a failure, by its code. */
export interface RecoveryRule {
  /** Whether the same task tries again by itself, after a back-off, as often as the retry policy says. */
  readonly retries: boolean
  /** Whether the next mirror is asked first, at once. */
  readonly triesMirrors: boolean
  /** What becomes of the bytes that were verified. */
  readonly partial: 'kept' | 'dropped'
  /** Who can end it, where nothing is tried again. In a sentence for the documentation. */
  readonly remedy: string
}

const KEPT = { retries: false, triesMirrors: false, partial: 'kept' } as const
const AGAIN = { retries: true, triesMirrors: true, partial: 'kept' } as const

/** The one table of recovery: engine and charts obey it, the documentation prints it. */
export const RECOVERY: Readonly<Record<PluginDockErrorCode, RecoveryRule>> = {
  network: { ...AGAIN, remedy: 'The connection: it goes on at the next byte of the unfinished chunk' },
  stalled: { ...AGAIN, remedy: 'The source, or the line: as after a cut' },
  'http-status': { ...AGAIN, remedy: 'See the next table' },
  integrity: {
    ...KEPT,
    triesMirrors: true,
    remedy: 'The publisher: every source sends other bytes than the manifest says',
  },
  signature: { ...KEPT, remedy: 'The publisher' },
  manifest: { ...KEPT, partial: 'dropped', remedy: 'The publisher' },
  archive: { ...KEPT, partial: 'dropped', remedy: 'The publisher' },
  expired: { ...KEPT, remedy: 'The publisher, by a new manifest' },
  downgrade: { ...KEPT, remedy: 'The user, by `allowDowngrade`' },
  quarantined: { ...KEPT, remedy: 'The user, by `release`' },
  'untrusted-origin': { ...KEPT, triesMirrors: true, remedy: 'The app, by `allowedOrigins`' },
  'storage-full': {
    ...KEPT,
    remedy:
      'Who makes room: it waits in `awaitingSpace`, and goes on by itself. Fails only where the budget is too small',
  },
  storage: { ...KEPT, remedy: 'The user: what the message says, then `retryDownload`' },
  corrupt: { ...KEPT, remedy: '`load` repairs it when the source can be reached' },
  'not-installed': { ...KEPT, remedy: 'The app, by `startDownload`' },
  'not-found': { ...KEPT, remedy: 'The app: the task was dismissed' },
  cancelled: { ...KEPT, partial: 'dropped', remedy: 'Nobody: it was wanted' },
  locked: { ...KEPT, remedy: 'The user: another page or process has the store' },
  fenced: { ...KEPT, remedy: 'Nobody: another page leads, and goes on' },
  unsupported: { ...KEPT, partial: 'dropped', remedy: 'The app: what the message says' },
  closed: { ...KEPT, remedy: 'The app: the next dock goes on' },
}

/** What happens after a status that brings no bytes. */
export interface StatusRule {
  readonly statuses: readonly number[]
  readonly retries: boolean
  readonly meaning: string
}

/** Statuses that say "later", not "no" (RFC 9110, 6585): `Retry-After` decides when. */
const LATER: StatusRule = {
  statuses: [408, 425, 429, 500, 502, 503, 504],
  retries: true,
  meaning: 'Later: tried again when `Retry-After` has passed, or after the back-off',
}

/** Statuses of a link that is good no more. */
const EXPIRED_LINK: StatusRule = {
  statuses: [401, 403, 410],
  retries: false,
  meaning: 'The link has expired: `resolveUrl` is asked for a fresh one; without it, the next mirror, then it fails',
}

/** In the order in which they are looked up; any other status fails after the mirrors were tried. */
export const STATUS_RECOVERY: readonly StatusRule[] = [LATER, EXPIRED_LINK]

export function isRetryableStatus(status: number): boolean {
  return STATUS_RECOVERY.some((rule) => rule.retries && rule.statuses.includes(status))
}

/** Whether a fresh link may help. */
export function isExpiredLink(status: number): boolean {
  return EXPIRED_LINK.statuses.includes(status)
}
