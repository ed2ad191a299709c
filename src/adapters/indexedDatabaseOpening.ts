import { UnsupportedError } from '../domain/errors/index.js'
import { pause, type Timers } from '../domain/timeLimit.js'
import { domErrorName } from './domErrors.js'

export interface DatabaseOpening {
  readonly name: string
  /** The one table. */
  readonly table: string
  readonly timers: Timers
  readonly rebuilds: boolean
}

/** A browser that is busy with its files, or repairs them, opens what it could not open before. */
const RETRY_DELAYS_MS = [50, 250, 1000]

/**
 * Opens a database, patiently where the browser says "Internal error opening backing store". Where it goes on saying
 * so nobody can read that database ever again: it is made anew if `rebuilds`. Rejects with `UnsupportedError` for one
 * of a newer release, which stays as it is.
 */
export async function requestDatabase(opening: DatabaseOpening): Promise<IDBDatabase> {
  const { name, table, timers, rebuilds } = opening
  for (const delayMs of RETRY_DELAYS_MS) {
    try {
      return await requestOnce(name, table)
    } catch (error) {
      if (!isBroken(error)) throw error
      await pause(timers, delayMs)
    }
  }
  try {
    return await requestOnce(name, table)
  } catch (error) {
    if (!rebuilds || !isBroken(error)) throw error
    await deleteDatabase(name)
    return requestOnce(name, table)
  }
}

function isBroken(error: unknown): boolean {
  return domErrorName(error) === 'UnknownError'
}

function requestOnce(name: string, table: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => void request.result.createObjectStore(table)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(ofNewerRelease(request.error, name) ?? request.error)
  })
}

function ofNewerRelease(cause: unknown, name: string): UnsupportedError | undefined {
  if (domErrorName(cause) !== 'VersionError') return undefined
  const message = `The database ${name} was written by a newer release of plugdock, which this one cannot read: update the app`
  return new UnsupportedError(message, { cause })
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name)
    request.onsuccess = () => resolve()
    request.onerror = () => reject(request.error)
  })
}
