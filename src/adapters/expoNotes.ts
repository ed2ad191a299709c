import { type ExpoFileSystem, fileIn, makeFolder, removeFile } from './expoFileSystem.js'
import { type Notes, parseNotes } from './farewell.js'

const NOTES_FILE = 'left.json'

/** A few words in a file, there while there are any. Written at once: an app that is put away waits for nothing. */
export function createExpoNotes(fileSystem: ExpoFileSystem, directoryUri: string): Notes {
  const folder = { system: fileSystem, uri: directoryUri }
  return {
    read() {
      try {
        const file = fileIn(folder, NOTES_FILE)
        return file.exists ? parseNotes(file.textSync()) : []
      } catch {
        return []
      }
    },
    write(words) {
      try {
        const file = fileIn(folder, NOTES_FILE)
        if (words.length === 0) return removeFile(file)
        makeFolder(folder)
        file.write(`${JSON.stringify(words)}\n`)
      } catch {
        // a device that takes nothing: then nobody was told
      }
    },
  }
}
