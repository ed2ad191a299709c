import { asPluginDockError } from '../../domain/failure.js'
import { type IntegrityAlgorithm, parseIntegrity } from '../../domain/integrity.js'
import type { TransferEngine } from '../../ports/transferEngine.js'

/** An engine whose running digest is made ready when a job needs one: only bundles without chunks do. */
export function prepareHashes(
  engine: TransferEngine,
  prepare: (algorithm: IntegrityAlgorithm) => Promise<void>,
): TransferEngine {
  return {
    async transfer(job, watch) {
      const algorithm = job.chunks ? undefined : parseIntegrity(job.integrity)?.algorithm
      try {
        if (algorithm) await prepare(algorithm)
      } catch (error) {
        return { ok: false, error: asPluginDockError(error), gainedBytes: 0 }
      }
      return engine.transfer(job, watch)
    },
    forget: (taskId) => engine.forget(taskId),
    limit: (bytesPerSecond, taskId) => engine.limit(bytesPerSecond, taskId),
  }
}
