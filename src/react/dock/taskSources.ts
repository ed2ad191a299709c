import type { DownloadTask } from '../../dock/types.js'

type Sourced = Pick<DownloadTask, 'source'> | undefined

/** Where a task came from, to start it again; `undefined` where it was given as a manifest: only the app has that. */
export function sourceUrlOf(task: Sourced): string | undefined {
  return task?.source.startsWith('inline:') ? undefined : task?.source
}

/** Who sends it. */
export function sourceHostOf(task: Sourced): string | undefined {
  const url = sourceUrlOf(task)
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined
}
