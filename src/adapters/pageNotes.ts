import { type Notes, parseNotes } from './farewell.js'

/** A few words in the page's local storage: nothing else is written by the time that the page is gone. */
export function createPageNotes(name: string, about = 'left'): Notes {
  const key = `plugdock/${name}/${about}`
  return {
    read: () => parseNotes(storageOrNone()?.getItem(key)),
    write(words) {
      try {
        if (words.length > 0) storageOrNone()?.setItem(key, JSON.stringify(words))
        else storageOrNone()?.removeItem(key)
      } catch {
        // full, or forbidden: then nobody was told
      }
    },
  }
}

/** Reading the property throws where storage is forbidden. */
function storageOrNone(): Storage | undefined {
  try {
    return globalThis.localStorage
  } catch {
    return undefined
  }
}
