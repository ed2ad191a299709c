import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'

const DATA_FILE = /^MANIFEST-\d+$|\.(ldb|sst|log)$/

/**
 * Whether there is a database of which the file `CURRENT` does not say where its list of files is. Where that is gone
 * LevelDB takes it for no database at all, and begins a new one over it.
 */
export async function isBroken(path: string): Promise<boolean> {
  const names = await readdir(path).catch((): string[] => [])
  if (!names.some((name) => DATA_FILE.test(name))) return false
  const current = await readFile(join(path, 'CURRENT'), 'latin1').catch(() => '')
  return !names.includes(current.trimEnd())
}

/** Makes a damaged database one that opens, of all that can be read of it. `false` where nothing can. */
export async function repairDatabase(path: string): Promise<boolean> {
  try {
    await ClassicLevel.repair(path)
    return true
  } catch {
    return false
  }
}
