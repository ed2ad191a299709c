import { type ReactNode, useContext, useEffect, useState } from 'react'
import type { Subscription } from 'rxjs'
import { usePluginDock } from '../dock/dockContext.js'
import { NowContext } from '../words/clock.js'
import { useWords } from '../words/wordsContext.js'
import { Announcer } from './Announcer.js'
import { isAnswer, speechOf } from './speech.js'

/** Tells screen readers what happens to the dock's downloads: one polite region, always there, never in the way. */
export function LiveRegion(): ReactNode {
  const dock = usePluginDock()
  const words = useWords()
  const now = useContext(NowContext)
  const [text, setText] = useState('')
  useEffect(() => {
    const announcer = new Announcer({ now, setTimeout: later, clearTimeout: forget }, setText)
    let downloads: Subscription | undefined
    let isOver = false
    // where the focus is nowhere, nothing shows what was pressed
    const isSeen = (taskId: string) => document.activeElement !== document.body && isAnswer(dock, taskId, Date.now())
    // what is there when the stores open was there before, and is no news
    const begin = () => {
      if (isOver) return
      downloads = dock.downloads.watchAll().subscribe((all) => announcer.hear(all, words, isSeen))
    }
    dock.storage.getInstalledPlugins().then(begin, begin)
    const speech = speechOf(dock).subscribe((said) => announcer.say(said, words))
    return () => {
      isOver = true
      downloads?.unsubscribe()
      speech.unsubscribe()
      announcer.stop()
    }
  }, [dock, words, now])
  return (
    <div className="pd-hidden" role="status" aria-live="polite">
      {text}
    </div>
  )
}

function later(callback: () => void, delayMs: number): unknown {
  return setTimeout(callback, delayMs)
}

function forget(timer: unknown): void {
  clearTimeout(timer as ReturnType<typeof setTimeout>) // reason: only what `later` returned comes back
}
