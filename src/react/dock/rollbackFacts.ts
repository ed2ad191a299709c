import type { DownloadProgress } from '../../domain/progress.js'
import type { RollbackFacts } from '../card/facts.js'
import type { PluginView } from './library.js'

/** Why the version that a download brought was left, as its plugin's versions tell. */
export function rollbackFacts(
  { state, version }: DownloadProgress,
  view: PluginView | undefined,
): RollbackFacts | undefined {
  const left = state === 'rolledBack' ? view?.versions.find((other) => other.version === version) : undefined
  if (!left) return undefined
  const { quarantine, damagedAt } = left
  if (quarantine) return { cause: quarantine.cause ?? 'failed', until: quarantine.until }
  return { cause: damagedAt === undefined ? 'user' : 'damaged' }
}
