import type { DownloadFailure, DownloadProgress } from '../src/publicTypes.js'
import type { DownloadFacts } from '../src/react/index.js'

/** What the time is in every picture. */
export const NOW = Date.UTC(2026, 10, 30, 14, 4, 48)

/** A download as somebody may meet it. */
export interface Scenario {
  readonly progress: DownloadProgress
  readonly facts?: DownloadFacts
}

export const MB = 1_000_000

export const charts = plugin('acme.charts', 'Charts', '2.2.0', 29.6)
export const chartsUpdate = { ...charts, previousVersion: '2.1.0', bytesReused: 6.1 * MB }
export const scenes = plugin('acme.scenes', '3D scenes', '0.171.0', 48.2)
export const pdf = plugin('acme.pdf', 'PDF viewer', '4.8.69', 12.4)
export const graphics = plugin('acme.graphics', 'Data graphics', '7.9.0', 8.7)
export const colours = plugin('acme.colours', 'Syntax colours', '11.10.0', 3.1)

type Given = Partial<DownloadProgress> & Pick<DownloadProgress, 'pluginId'>

export function of(progress: Given & Pick<DownloadProgress, 'state'>): Scenario {
  return {
    progress: {
      taskId: `task of ${progress.pluginId ?? 'nobody'}`,
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

/** One that failed, at its first attempt unless `failure` says otherwise. */
export function failed(progress: Given, failure: Partial<DownloadFailure> & Pick<DownloadFailure, 'code' | 'message'>) {
  return of({ ...progress, state: 'failed', failure: { retryable: false, attempt: 1, ...failure } })
}

function plugin(pluginId: string, name: string, version: string, megabytes: number) {
  return { pluginId, name, version, totalBytes: megabytes * MB }
}
