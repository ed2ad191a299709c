import { setTimeout } from 'node:timers/promises'
import { systemCode } from './fsErrors.js'

const RETRY_DELAYS_MS = [10, 50, 100, 200, 400]
/** Somebody has the file open: a virus scanner, or an indexer. Windows names it as it names a right that is missing. */
const HELD = new Set(process.platform === 'win32' ? ['EBUSY', 'EPERM', 'EACCES'] : ['EBUSY'])

/** Tries again for less than a second where somebody else has the file. */
export async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (const delayMs of RETRY_DELAYS_MS) {
    try {
      return await attempt()
    } catch (error) {
      if (!HELD.has(systemCode(error) ?? '')) throw error
      await setTimeout(delayMs)
    }
  }
  return attempt()
}
