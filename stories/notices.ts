import type { DockNotification } from '../src/publicTypes.js'
import type { Notice } from '../src/react/index.js'
import { NOW } from './scenarios.js'

const MINUTE_MS = 60_000
const MB = 1_000_000

let count = 0

function notice(minutesAgo: number, notification: DockNotification, name?: string): Notice {
  return { id: `${++count}`, at: NOW - minutesAgo * MINUTE_MS, isNew: minutesAgo < 2, name, notification }
}

const back: DockNotification = {
  type: 'rolledBack',
  pluginId: 'acme.charts',
  version: '2.2.0',
  message: '',
  rollback: { to: '2.1.0', cause: 'failed', reason: 'createChart is not a function', until: Date.UTC(2026, 11, 7) },
}

/** One of each kind, newest first. */
export const NOTICES: readonly Notice[] = [
  notice(0, back, 'Charts'),
  notice(1, { type: 'consentNeeded', taskId: 'a', pluginId: 'acme.scenes', message: '' }, '3D scenes'),
  notice(4, { type: 'installed', taskId: 'b', pluginId: 'acme.pdf', version: '4.8.69', message: '' }, 'PDF viewer'),
  notice(
    9,
    {
      type: 'failed',
      taskId: 'c',
      pluginId: 'acme.graphics',
      message: '',
      failure: { code: 'network', message: '', retryable: true, attempt: 5 },
    },
    'Data graphics',
  ),
  notice(
    20,
    {
      type: 'storageFull',
      taskId: 'd',
      pluginId: 'acme.scenes',
      message: '',
      plan: { bytesToFree: 28 * MB, bytesFreed: 0, sufficient: false, items: [] },
    },
    '3D scenes',
  ),
  notice(60, {
    type: 'evicted',
    message: '',
    plan: {
      bytesToFree: 28 * MB,
      bytesFreed: 28.1 * MB,
      sufficient: true,
      items: [{ kind: 'previous', pluginId: 'acme.charts', version: '2.0.0', sizeBytes: 28.1 * MB }],
    },
  }),
  notice(90, { type: 'repaired', pluginId: 'acme.graphics', version: '7.9.0', message: '' }, 'Data graphics'),
  notice(120, { type: 'storageLost', pluginId: 'acme.colours', version: '11.10.0', message: '' }, 'Syntax colours'),
]

/** More than three of a kind. */
export const MANY_NOTICES: readonly Notice[] = [
  notice(0, back, 'Charts'),
  ...['Charts', 'Maps', 'Fonts', 'Tables', 'Music'].map((name, index) =>
    notice(3 + index, { type: 'installed', taskId: name, pluginId: name, version: '1.0.0', message: '' }, name),
  ),
]
