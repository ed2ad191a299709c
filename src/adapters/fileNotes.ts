import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Notes, parseNotes } from './farewell.js'

const NOTES_FILE = 'left.json'

/** A few words in a file, there while there are any. Written at once: a signal waits for nothing. */
export function createFileNotes(directory: string): Notes {
  const path = join(directory, NOTES_FILE)
  return {
    read() {
      try {
        return parseNotes(readFileSync(path, 'utf8'))
      } catch {
        return []
      }
    },
    write(words) {
      try {
        if (words.length > 0) writeFileSync(path, `${JSON.stringify(words)}\n`, { mode: 0o600 })
        else rmSync(path, { force: true })
      } catch {
        // a disk that takes nothing: then nobody was told
      }
    },
  }
}
