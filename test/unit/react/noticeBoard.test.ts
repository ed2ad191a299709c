import { Subject } from 'rxjs'
import { expect, test } from 'vitest'
import type { DockNotification, PluginDock } from '../../../src/dock/types.js'
import { NoticeBoard } from '../../../src/react/dock/noticeBoard.js'

function openBoard() {
  const notifications = new Subject<DockNotification>()
  const dock = { notifications, downloads: { getTask: () => undefined } } as unknown as PluginDock // reason: a board reads nothing else
  const board = new NoticeBoard(dock)
  board.subscribe(() => {})
  return { board, tell: (...all: readonly DockNotification[]) => all.map((one) => notifications.next(one)) }
}

const FAILED: DockNotification = {
  type: 'failed',
  taskId: 'one',
  message: 'The server cannot be reached',
  failure: { code: 'network', message: 'The server cannot be reached', retryable: true, attempt: 5 },
}

test('tried again, and failed again in the same way -> told again', () => {
  const { board, tell } = openBoard()
  tell(FAILED, FAILED)
  expect(board.getSnapshot()).toMatchObject({ newCount: 2 })
})

test('a roll back, told for each download that brought the version -> told once', () => {
  const { board, tell } = openBoard()
  const rolledBack = { type: 'rolledBack', pluginId: 'acme.charts', version: '2.0.0' } as const
  tell({ ...rolledBack, taskId: 'one', message: 'of one' }, { ...rolledBack, taskId: 'two', message: 'of two' })
  expect(board.getSnapshot()).toMatchObject({ newCount: 1 })
})
