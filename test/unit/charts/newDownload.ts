/** What a chart is given of a download that is new, and what its manifest says. */
export const RECORD = {
  v: 1,
  taskId: 'task',
  seq: 1,
  source: 'https://origin.test/manifest.json',
  priority: 0,
  initiator: 'user',
  state: 'resolving',
  attempt: 1,
  bytesDownloaded: 0,
  bytesReused: 0,
  bytesTransferred: 0,
} as const

export const PLAN = {
  pluginId: 'plugin',
  version: '1.0.0',
  totalBytes: 1000,
  partialKey: 'plugin',
  integrity: '',
  origin: 'https://origin.test',
}
