import type { DockNotification } from '../../dock/types.js'
import type { Notice } from '../dock/noticeBoard.js'
import { ENGLISH } from '../words/english.js'
import { type Language, wordsIn } from '../words/languageContext.js'
import type { Words } from '../words/words.js'
import { nameOfNotice } from './describeNotice.js'
import { isWorthTelling, type SystemNotifier } from './systemNotifier.js'

/** The same in the words of a language. */
export function tellIn(language: Language, notice: Notice, notifier: SystemNotifier): void {
  tell(notice, wordsIn(language, ENGLISH), notifier)
}

/** Tells by the system what is worth it. */
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
