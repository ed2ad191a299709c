import { type ReactNode, useContext, useEffect } from 'react'
import { usePluginDock } from '../dock/dockContext.js'
import { noticesOf } from '../dock/dockStores.js'
import { ignore } from '../dock/ignore.js'
import { LanguageContext } from '../words/languageContext.js'
import { chosen } from './systemChoice.js'
import { browserNotifier, type SystemNotifier, systemState } from './systemNotifier.js'

/** Tells who is elsewhere: only while the page is hidden, and only who said yes. */
export function SystemNotifications({
  notifier = browserNotifier,
}: {
  readonly notifier?: SystemNotifier | undefined
}): ReactNode {
  const dock = usePluginDock()
  const language = useContext(LanguageContext)
  useEffect(() => {
    const board = noticesOf(dock)
    let last = board.getSnapshot().notices[0]?.id
    return board.subscribe(() => {
      const [newest] = board.getSnapshot().notices
      if (!newest || newest.id === last) return
      last = newest.id
      const isAway = document.visibilityState === 'hidden'
      if (!isAway || systemState(notifier.permission(), chosen()) !== 'on') return
      // who cannot fetch the words is told by the centre
      import('./tell.js').then(({ tellIn }) => tellIn(language, newest, notifier), ignore)
    })
  }, [dock, language, notifier])
  return null
}
