import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { FencedError, type RecordChange, type RecordStore, StorageError } from 'plugdock'

interface Contents {
  readonly epoch: number
  /** JSON by key. */
  readonly records: Readonly<Record<string, string>>
}

export interface FileRecordsOptions {
  readonly directory: string
  /** Replaces the file in one step, durably. */
  readonly write?: (path: string, text: string) => Promise<void>
}

/** All records in one file. Good for some hundred plugins; beyond that a database serves you better. */
export async function openFileRecords({ directory, write = replaceFile }: FileRecordsOptions): Promise<RecordStore> {
  const path = join(directory, 'records.json')
  let isOpen = true
  let last: Promise<unknown> = Promise.resolve()

  /** One after the other: nobody comes between the look at the epoch and the write. */
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(() => {
      if (!isOpen) throw new StorageError('The records are closed')
      return act()
    })
    last = turn.catch(() => {})
    return turn
  }

  return {
    get: (key) => inTurn(async () => parse((await load(path)).records[key])),
    list: (prefix) =>
      inTurn(async () => {
        const { records } = await load(path)
        const keys = Object.keys(records).filter((key) => key.startsWith(prefix))
        const entries = keys.sort().map((key) => ({ key, value: parse(records[key]) }))
        return entries.filter(({ value }) => value !== undefined)
      }),
    commit: (changes, { epoch }) =>
      inTurn(async () => {
        const before = await load(path)
        if (epoch < before.epoch)
          throw new FencedError('Another dock writes here now', { epoch, storedEpoch: before.epoch })
        const records = changed(before.records, changes)
        await write(path, JSON.stringify({ epoch: before.epoch, records }))
      }),
    claimEpoch: () =>
      inTurn(async () => {
        const before = await load(path)
        const epoch = before.epoch + 1
        await write(path, JSON.stringify({ ...before, epoch }))
        return epoch
      }),
    close: async () => {
      await last
      isOpen = false
    },
  }
}

function changed(before: Contents['records'], changes: readonly RecordChange[]): Contents['records'] {
  const records = new Map(Object.entries(before))
  for (const { key, value } of changes) {
    if (key === '' || key.startsWith('\0')) throw new StorageError(`${JSON.stringify(key)} is no key`)
    if (value === undefined) records.delete(key)
    else records.set(key, JSON.stringify(value))
  }
  return Object.fromEntries(records)
}

async function load(path: string): Promise<Contents> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Contents // reason: nobody else writes this file
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { epoch: 0, records: {} } // reason: of node:fs
    throw new StorageError('The records cannot be read', { cause })
  }
}

/** A record that somebody tore is none. */
function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

export async function replaceFile(path: string, text: string): Promise<void> {
  try {
    const file = await open(`${path}.new`, 'w', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(`${path}.new`, path)
  } catch (cause) {
    throw new StorageError('The records cannot be written', { cause })
  }
}
