/** Every reason for which plugdock can refuse or fail. Closed: a new reason is a new code here. */
export type PluginDockErrorCode =
  | 'network'
  | 'http-status'
  | 'stalled'
  | 'integrity'
  | 'signature'
  | 'manifest'
  | 'storage-full'
  | 'storage'
  | 'archive'
  | 'cancelled'
  | 'not-found'
  | 'not-installed'
  | 'corrupt'
  | 'downgrade'
  | 'quarantined'
  | 'expired'
  | 'untrusted-origin'
  | 'locked'
  | 'fenced'
  | 'unsupported'
  | 'closed'

/**
 * What every rejected promise of plugdock carries. Switch on `code`; show `message` to a person;
 * the data a handler needs are fields of the subclass.
 */
export abstract class PluginDockError extends Error {
  abstract readonly code: PluginDockErrorCode
}
