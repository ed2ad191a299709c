import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { FencedError, LockedError, PluginDockError, StorageError, StorageFullError } from '../domain/errors/index.js'
import { createSerialQueue } from '../domain/serialQueue.js'
import type { Clock } from '../ports/clock.js'
import type { RecordChange, RecordEntry, RecordStore } from '../ports/recordStore.js'
import { systemCode, toStorageError } from './fsErrors.js'
import { GroupedCommits } from './groupedCommits.js'
import { isBroken, repairDatabase } from './levelRepair.js'
import { readOwner, removeOwner, writeOwner } from './ownerFile.js'
import { checkRecordKeys, EPOCH_KEY, isInternalKey } from './recordKeys.js'
import { decodeRecord, encodeRecord } from './recordText.js'
import { SpareRoom } from './spareRoom.js'

export interface LevelRecordStoreOptions {
  /**
   * The database is `<directory>/records`; `<directory>/owner.json` says who holds its lock, and `records.spare` holds
   * half a MiB of the disk, so that records can be written where it is full.
   */
  readonly directory: string
  readonly clock: Pick<Clock, 'now'>
  /** Awaited between a commit's check of the epoch and its write: where tests stop a writer. */
  readonly beforeWrite?: () => Promise<void>
}

type Database = ClassicLevel<string, string>

const SYNC = { sync: true }

/**
 * LevelDB with JSON values, each with its checksum. Its lock lets one process in and ends with it, however it ends; within the process
 * commits go one after the other, so that nothing comes between a check of the epoch and its write.
 * Rejects with {@link LockedError} while another process, or another store of this one, holds the directory. A database
 * that is damaged is repaired: what can be read of it stays.
 */
export async function createLevelRecordStore(options: LevelRecordStoreOptions): Promise<RecordStore> {
  const { directory, clock, beforeWrite = async () => {} } = options
  const path = join(directory, 'records')
  if (await isBroken(path)) await repairDatabase(path)
  // not before: it begins to open by itself, and makes a new database where it finds none
  const database: Database = new ClassicLevel(path)
  await openDatabase(database, directory).catch(async (error: unknown) => {
    if (!isDamage(error) || !(await repairDatabase(path))) throw error
    await openDatabase(database, directory)
  })
  await writeOwner(directory, clock.now())
  return storeOver(database, directory, beforeWrite)
}

function storeOver(database: Database, directory: string, beforeWrite: () => Promise<void>): RecordStore {
  const serially = createSerialQueue()
  const epochs = createEpochs(database)
  const write = createWriter(database, directory, () => epochs.forget())
  const guard = <T>(call: Promise<T>) => call.catch((error: unknown) => Promise.reject(toTyped(error, directory)))
  let closing: Promise<void> | undefined
  let isClosed = false
  const written = (prepare: Prepare) => (isClosed ? Promise.reject(closedError(directory)) : write(prepare))
  const commits = new GroupedCommits((changes, epoch) =>
    serially(async () => {
      checkRecordKeys(changes)
      await written(async () => {
        await guard(checkEpoch(epochs, epoch))
        await beforeWrite()
        return changes
      })
    }),
  )
  return {
    get: (key) => guard(readRecord(database, key)),
    list: (prefix) => guard(listRecords(database, prefix)),
    commit: (changes, { epoch }) =>
      closing !== undefined ? Promise.reject(closedError(directory)) : commits.commit(changes, epoch),
    claimEpoch: () =>
      serially(async () => {
        let epoch = 0
        await written(async () => {
          epoch = (await guard(epochs.stored())) + 1
          return [{ key: EPOCH_KEY, value: epoch }]
        })
        epochs.claimed(epoch)
        return epoch
      }),
    close: () => {
      closing ??= commits.whenIdle().then(() =>
        serially(() => {
          isClosed = true
          return guard(closeDatabase(database, directory))
        }),
      )
      return closing
    },
  }
}

/** So often it is tried to hold the spare room again. */
const COMMITS_PER_HOLD = 64

/** Is asked once the database is open, each time that it is tried. Rejects for what may not be written. */
type Prepare = () => Promise<readonly RecordChange[]>
type Writer = (prepare: Prepare) => Promise<void>

/**
 * After a write that the disk refused, LevelDB's log may end in half a batch and takes no more; opening the database
 * again drops the half and starts a new log. Where the disk is full the spare room is given for it. `onLetGo`: the lock
 * is given up for a moment, in which somebody else may come and go.
 */
function createWriter(database: Database, directory: string, onLetGo: () => void): Writer {
  const spare = new SpareRoom(join(directory, 'records.spare'))
  let reopen = false
  let commits = 0
  const write: Writer = async (prepare) => {
    if (reopen) {
      onLetGo()
      await database.close()
      await openDatabase(database, directory)
      reopen = false
    }
    const changes = await prepare()
    try {
      await database.batch(changes.map(toOperation), SYNC)
    } catch (error) {
      reopen = errorCodes(error).includes('LEVEL_IO_ERROR')
      throw toTyped(error, directory)
    }
  }
  return async (prepare) => {
    try {
      await write(prepare)
    } catch (error) {
      if (!(error instanceof StorageFullError) || !(await spare.give())) throw error
      await write(prepare)
    }
    if (commits++ % COMMITS_PER_HOLD === 0) await spare.hold()
  }
}

function toOperation({ key, value }: RecordChange) {
  if (value === undefined) return { type: 'del', key } as const
  return { type: 'put', key, value: encodeRecord(value) } as const
}

async function openDatabase(database: Database, directory: string): Promise<void> {
  try {
    await database.open()
  } catch (error) {
    throw errorCodes(error).includes('LEVEL_LOCKED') ? await lockedError(directory, error) : toTyped(error, directory)
  }
}

async function closeDatabase(database: Database, directory: string): Promise<void> {
  await removeOwner(directory)
  await database.close()
}

async function readRecord(database: Database, key: string): Promise<unknown> {
  if (key === '' || isInternalKey(key)) return undefined
  const text = await database.get(key)
  return decodeRecord(text)
}

async function listRecords(database: Database, prefix: string): Promise<RecordEntry[]> {
  const entries: RecordEntry[] = []
  for await (const [key, text] of database.iterator({ gte: prefix })) {
    if (!key.startsWith(prefix)) break
    const value = decodeRecord(text)
    if (value !== undefined && !isInternalKey(key)) entries.push({ key, value })
  }
  return entries
}

interface Epochs {
  stored(): Promise<number>
  claimed(epoch: number): void
  forget(): void
}

/** While this process has the lock, nobody else claims one: it is read once, and not for every commit. */
function createEpochs(database: Database): Epochs {
  let known: number | undefined
  return {
    async stored() {
      known ??= await readEpoch(database)
      return known
    },
    claimed(epoch) {
      known = epoch
    },
    forget() {
      known = undefined
    },
  }
}

async function checkEpoch(epochs: Epochs, epoch: number): Promise<void> {
  const storedEpoch = await epochs.stored()
  if (epoch >= storedEpoch) return
  throw new FencedError('Another dock has taken over this directory; this one no longer writes', { epoch, storedEpoch })
}

/** One that is damaged begins anew: whoever had a higher one has let go of the lock. */
async function readEpoch(database: Database): Promise<number> {
  const epoch = decodeRecord(await database.get(EPOCH_KEY))
  return typeof epoch === 'number' && Number.isSafeInteger(epoch) ? epoch : 0
}

async function lockedError(directory: string, cause: unknown): Promise<LockedError> {
  const owner = await readOwner(directory)
  const by =
    owner.pid === undefined ? 'another process' : `process ${owner.pid}${owner.host ? ` on ${owner.host}` : ''}`
  return new LockedError(`${directory} is in use by ${by}`, { directory, ...owner }, { cause })
}

function closedError(directory: string, cause?: unknown): StorageError {
  return new StorageError(`The records in ${join(directory, 'records')} are closed`, { cause })
}

function isDamage(error: unknown): boolean {
  return errorCodes(error).includes('LEVEL_CORRUPTION')
}

function toTyped(error: unknown, directory: string): PluginDockError {
  if (error instanceof PluginDockError) return error
  const path = join(directory, 'records')
  const codes = errorCodes(error)
  if (isDamage(error)) {
    return new StorageError(`The records in ${path} are damaged. Remove ${directory} to start over.`, { cause: error })
  }
  if (codes.includes('LEVEL_DATABASE_NOT_OPEN') && codes.length === 1) {
    return closedError(directory, error)
  }
  const text = errorChain(error).map(messageOf).join(': ')
  if (/no space left|quota exceeded/i.test(text)) {
    return new StorageFullError(
      `Cannot write the records in ${path}: the disk is full. Make room and try again.`,
      {},
      { cause: error },
    )
  }
  return toStorageError(errorChain(error).at(-1), 'use the records in', path)
}

/** An error and what caused it, outermost first. */
function errorChain(error: unknown): unknown[] {
  const chain: unknown[] = []
  for (let link = error; link instanceof Error && chain.length < 8; link = link.cause) chain.push(link)
  return chain
}

function errorCodes(error: unknown): string[] {
  return errorChain(error)
    .map(systemCode)
    .filter((code) => code !== undefined)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
