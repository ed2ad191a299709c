import { type ReactNode, useEffect } from 'react'
import type { DockNotification } from '../../dock/types.js'
import { usePluginDock } from '../dock/dockContext.js'
import { noticesOf } from '../dock/dockStores.js'
import type { Notice } from '../dock/noticeBoard.js'
import type { Words } from '../words/words.js'
import { useWords } from '../words/wordsContext.js'
import { nameOfNotice } from './describeNotice.js'
import { chosen } from './systemChoice.js'
import { browserNotifier, isWorthTelling, type SystemNotifier, systemState } from './systemNotifier.js'

/** Tells who is elsewhere: only while the page is hidden, and only who said yes. */
export function SystemNotifications({
  notifier = browserNotifier,
}: {
  readonly notifier?: SystemNotifier | undefined
}): ReactNode {
  const dock = usePluginDock()
  const words = useWords()
  useEffect(() => {
    const board = noticesOf(dock)
    let last = board.getSnapshot().notices[0]?.id
    return board.subscribe(() => {
      const [newest] = board.getSnapshot().notices
      if (!newest || newest.id === last) return
      last = newest.id
      const isAway = document.visibilityState === 'hidden'
      if (isAway && systemState(notifier.permission(), chosen()) === 'on') tell(newest, words, notifier)
    })
  }, [dock, words, notifier])
  return null
}

export function tell(notice: Notice, words: Words, notifier: SystemNotifier): void {
  const { notification } = notice
  if (!isWorthTelling(notification)) return
  const name = nameOfNotice(notice, () => undefined, words)
  const tag = notification.taskId ?? `${notification.pluginId}`
  notifier.show(name, { body: bodyOf(notification, words), tag })
}

function bodyOf({ type, failure, rollback, message }: DockNotification, words: Words): string {
  const { system } = words.messages.notices
  const { situations } = words.messages
  switch (type) {
    case 'installed':
      return words.say(system.ready) ?? message
    case 'rolledBack':
      return words.say(system.backOn, { previous: rollback?.to }) ?? message
    case 'failed':
      return needsYou(words.say(situations[`failure:${failure?.code ?? 'network'}`].title), words) ?? message
    case 'consentNeeded':
      return needsYou(words.say(situations['wait:consent'].title), words) ?? message
    default:
      return needsYou(words.say(words.messages.buttons.freeSpace), words) ?? message
  }
}

function needsYou(title: string | undefined, words: Words): string | undefined {
  return words.say(words.messages.notices.system.needsYou, { title })
}
