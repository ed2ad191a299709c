import type { Bytes } from '../domain/bytes.js'
import {
  attempt,
  type ExpoFile,
  type ExpoFileHandle,
  type ExpoFolder,
  fileIn,
  filesIn,
  isFile,
  makeFolder,
  removeFile,
} from './expoFileSystem.js'
import { decodeRecord, encodeRecord } from './recordText.js'

/** One commit: texts of records by key, `null` for one that is deleted, and the newest epoch. */
export interface JournalEntry {
  readonly epoch: number
  readonly texts: readonly (readonly [key: string, text: string | null])[]
}

const JOURNAL = /^(\d{1,9})\.journal$/
const UNFINISHED = 'next'
const SPARE = 'spare'
const SPARE_BYTES = 256 * 1024
/** A journal is written anew when it is so much longer than what it says. */
const SLACK_BYTES = 256 * 1024
const SLACK_FACTOR = 3
const SNAPSHOT_RECORDS = 250
/** Ends a line that may be torn so that it is none, even where all of it but its end was written. */
const SPOIL = '-\n'

/**
 * `<folder>/<generation>.journal`, and what it says in memory. A line is JSON, a tab and its checksum; what is no such line
 * is no entry. A new generation begins with all records there are, and takes its name when it is whole; the one before
 * is kept until the next, for a power cut that takes the newer one's bytes.
 */
export class ExpoJournal {
  readonly texts = new Map<string, string>()
  epoch = 0
  readonly #folder: ExpoFolder
  #generation = 0
  #handle: ExpoFileHandle
  #liveBytes = 0
  /** Half a line may lie at the end. */
  #isTorn = false

  constructor(folder: ExpoFolder) {
    this.#folder = folder
    makeFolder(folder)
    const files = filesIn(folder).filter(isFile)
    const generations = files.flatMap(({ name }) => (JOURNAL.test(name) ? [Number.parseInt(name, 10)] : []))
    removeFile(fileIn(folder, UNFINISHED))
    const [newest = 0, before, ...outlived] = generations.sort((left, right) => right - left)
    this.#generation = newest
    this.#handle = this.#open(newest)
    const isWhole = this.#replay(this.#handle) || newest === 0
    // a power cut took some of its beginning: what was there before is more than what is left
    if (!isWhole && before !== undefined) this.#replayAfter(before)
    for (const generation of outlived) this.#tryToRemove(generation)
    if (this.#isTorn) this.#tryToRenew()
    this.#holdSpareRoom()
  }

  /** All of the entry, or nothing of it: then it throws a `StorageError`. */
  append(entry: JournalEntry): void {
    const bytes = new TextEncoder().encode(`${this.#isTorn ? SPOIL : ''}${lineOf(entry)}`)
    this.#isTorn = true
    attempt('write the records in', this.#folder.uri, () => {
      this.#handle.offset = this.#handle.size ?? 0
      this.#handle.writeBytes(bytes)
    })
    this.#isTorn = false
    this.#take(entry)
    this.#renewWhereLong()
  }

  giveSpareRoom(): boolean {
    const spare = fileIn(this.#folder, SPARE)
    if (!spare.exists) return false
    removeFile(spare)
    return true
  }

  close(): void {
    attempt('close the records in', this.#folder.uri, () => this.#handle.close())
  }

  #open(generation: number): ExpoFileHandle {
    const file = fileIn(this.#folder, nameOf(generation))
    return attempt('open the records in', this.#folder.uri, () => openOrCreate(file))
  }

  /** Whether it is a whole one: it is known from the line that ends its beginning. */
  #replay(handle: ExpoFileHandle): boolean {
    const lines = attempt('read the records in', this.#folder.uri, () => textOf(handle)).split('\n')
    // after the last line there is nothing
    if (lines.pop() !== '') this.#isTorn = true
    let isWhole = false
    for (const line of lines) {
      const entry = entryOf(line)
      if (entry === 'begun') isWhole = true
      else if (entry) this.#take(entry)
      else if (line !== '') this.#isTorn = true
    }
    return isWhole
  }

  #replayAfter(generation: number): void {
    this.texts.clear()
    this.#liveBytes = 0
    const older = this.#open(generation)
    this.#replay(older)
    older.close()
    this.#replay(this.#handle)
    this.#isTorn = true
  }

  #take({ epoch, texts }: JournalEntry): void {
    this.epoch = Math.max(this.epoch, epoch)
    for (const [key, text] of texts) {
      this.#liveBytes += (text?.length ?? 0) - (this.texts.get(key)?.length ?? 0)
      if (text === null) this.texts.delete(key)
      else this.texts.set(key, text)
    }
  }

  #renewWhereLong(): void {
    if ((this.#handle.size ?? 0) > this.#liveBytes * SLACK_FACTOR + SLACK_BYTES) this.#tryToRenew()
  }

  /** Where there is no room for two of them the long one serves as well. */
  #tryToRenew(): void {
    try {
      this.#renew()
    } catch {
      // tried again with a later commit
    }
  }

  #renew(): void {
    const next = fileIn(this.#folder, UNFINISHED)
    const generation = this.#generation + 1
    removeFile(next)
    const handle = attempt('write the records in', this.#folder.uri, () => openOrCreate(next))
    try {
      attempt('write the records in', this.#folder.uri, () => {
        handle.writeBytes(new TextEncoder().encode([...snapshotLines(this.texts, this.epoch)].join('')))
        next.rename(nameOf(generation))
      })
    } catch (error) {
      handle.close()
      // the next start would take it for the newest
      removeFile(fileIn(this.#folder, nameOf(generation)))
      throw error
    }
    // from here on the new one is what the next start reads: whatever fails now, nothing more goes into the old one
    const [before, old] = [this.#generation - 1, this.#handle]
    this.#generation = generation
    this.#handle = handle
    this.#isTorn = false
    old.close()
    this.#tryToRemove(before)
  }

  /** What stays goes at the next start. */
  #tryToRemove(generation: number): void {
    try {
      removeFile(fileIn(this.#folder, nameOf(generation)))
    } catch {
      // nothing reads it
    }
  }

  #holdSpareRoom(): void {
    const spare = fileIn(this.#folder, SPARE)
    try {
      if (spare.exists && spare.size === SPARE_BYTES) return
      writeAll(spare, noise())
    } catch {
      this.giveSpareRoom()
    }
  }
}

function nameOf(generation: number): string {
  return `${generation}.journal`
}

function openOrCreate(file: ExpoFile): ExpoFileHandle {
  if (!file.exists) file.create()
  return file.open()
}

function writeAll(file: ExpoFile, bytes: Bytes): void {
  const handle = openOrCreate(file)
  try {
    handle.writeBytes(bytes)
  } finally {
    handle.close()
  }
}

function textOf(handle: ExpoFileHandle): string {
  handle.offset = 0
  return new TextDecoder().decode(handle.readBytes(handle.size ?? 0))
}

function lineOf(value: unknown): string {
  return `${encodeRecord(value).replace('\n', '\t')}\n`
}

function* snapshotLines(texts: ReadonlyMap<string, string>, epoch: number): Generator<string> {
  const all = [...texts]
  for (let at = 0; at < all.length; at += SNAPSHOT_RECORDS) {
    yield lineOf({ epoch, texts: all.slice(at, at + SNAPSHOT_RECORDS) } satisfies JournalEntry)
  }
  yield lineOf({ epoch, texts: [] } satisfies JournalEntry)
  yield lineOf('begun')
}

function entryOf(line: string): JournalEntry | 'begun' | undefined {
  const end = line.lastIndexOf('\t')
  if (end < 0) return undefined
  const value = decodeRecord(`${line.slice(0, end)}\n${line.slice(end + 1)}`)
  if (value === 'begun') return value
  return isEntry(value) ? value : undefined
}

/** The checksum says that we wrote it. */
function isEntry(value: unknown): value is JournalEntry {
  return (
    typeof value === 'object' && value !== null && 'epoch' in value && 'texts' in value && Array.isArray(value.texts)
  )
}

/** Zeros take no room on a disk that compresses. */
function noise(): Bytes {
  const words = new Uint32Array(SPARE_BYTES / 4)
  let state = 1
  for (let at = 0; at < words.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    words[at] = state
  }
  return new Uint8Array(words.buffer)
}
