import type { PluginDock } from '../../dock/types.js'
import type { DownloadProgress } from '../../domain/progress.js'
import { speechOf } from './speech.js'
import type { Teller } from './teller.js'

/** So long after it could not be fetched it is asked for again. */
const AGAIN_MS = 30_000

/**
 * Hears what happens to a dock's downloads, and passes it on to the teller; what happens before it is here counts as
 * well. Answers how to end it. Nothing is said while the teller cannot be fetched: it is asked for again.
 */
export function listen(dock: PluginDock, fetchTeller: () => Promise<Teller>): () => void {
  let teller: Teller | undefined
  let isOver = false
  const endings: (() => void)[] = []
  let early: readonly (readonly DownloadProgress[])[] = []
  let earlySaid: string | undefined
  const hear = (all: readonly DownloadProgress[]) => {
    if (teller) teller.hear(all)
    else early = [early[0] ?? all, all]
  }
  const say = (text: string) => {
    if (teller) teller.say(text)
    else earlySaid = text
  }
  // what is there when the stores open was there before, and is no news
  const begin = () => {
    if (isOver) return
    const downloads = dock.downloads.watchAll().subscribe(hear)
    endings.push(() => downloads.unsubscribe())
  }
  const tell = (fetched: Teller) => {
    if (isOver) return
    teller = fetched
    endings.push(() => fetched.stop())
    for (const all of early) fetched.hear(all)
    if (earlySaid !== undefined) fetched.say(earlySaid)
  }
  dock.storage.getInstalledPlugins().then(begin, begin)
  let again: ReturnType<typeof setTimeout> | undefined
  const fetch = () => {
    fetchTeller().then(tell, () => {
      if (!isOver) again = setTimeout(fetch, AGAIN_MS)
    })
  }
  fetch()
  endings.push(() => clearTimeout(again))
  const speech = speechOf(dock).subscribe(say)
  endings.push(() => speech.unsubscribe())
  return () => {
    isOver = true
    for (const end of endings) end()
  }
}
