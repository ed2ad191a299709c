import type { DownloadProgress } from '../../../src/domain/progress.js'

/** A download half-way, with what a test changes about it. */
export function progressOf(changes: Partial<DownloadProgress> = {}): DownloadProgress {
  return {
    taskId: 't1',
    pluginId: 'acme.charts',
    version: '2.1.0',
    state: 'downloading',
    bytesDownloaded: 18_400_000,
    bytesReused: 0,
    bytesTransferred: 18_400_000,
    totalBytes: 29_600_000,
    speedBytesPerSecond: 4_200_000,
    estimatedTimeRemaining: 150_000,
    attempt: 1,
    ...changes,
  }
}
