import { equalBytes } from '../domain/bytes.js'
import { ArchiveError, UnsupportedError } from '../domain/errors/index.js'
import type { VerifiedBundle } from './verifiedBundle.js'
import { findZipEnd, readUint64, severalDisks, viewOf } from './zipEnd.js'

const MAX_ENTRIES = 100_000
/** Bytes of directory that are held in memory: enough for 100,000 entries with names of usual length. */
const DIRECTORY_MAX_BYTES = 16 * 1024 * 1024
const RECORD_SIGNATURE = 0x02014b50
const RECORD_BYTES = 46
const IN_ZIP64 = 0xffffffff
const ZIP64_FIELD = 0x0001
const UNICODE_PATH_FIELD = 0x7075
/** Its version and the checksum of the other name. */
const UNICODE_PATH_HEAD_BYTES = 5

/** One entry as the central directory has it; nothing of it was checked. */
export interface ZipMember {
  /** `undefined` where the name's bytes are not UTF-8. */
  readonly name: string | undefined
  readonly nameBytes: Uint8Array
  readonly size: number
  readonly compressedSize: number
  /** 0 stored, 8 deflated, others unsupported. */
  readonly method: number
  readonly flags: number
  readonly crc: number
  /** File type and permissions of Unix; 0 where the archive came from elsewhere. */
  readonly unixMode: number
  /** Of the local header. */
  readonly offset: number
}

export interface ZipDirectory {
  readonly members: readonly ZipMember[]
  /** Where the central directory begins and the files end. */
  readonly offset: number
}

/**
 * Reads the central directory; local headers are looked at when a file is read. Rejects with `ArchiveError` where it
 * is not one that says the same to every reader, and with `UnsupportedError` where it is split, or lacks a field of
 * zip64 that it refers to.
 */
export async function readZipDirectory(bundle: VerifiedBundle): Promise<ZipDirectory> {
  const { entryCount, offset, length } = await findZipEnd(bundle)
  if (entryCount > MAX_ENTRIES) {
    throw new ArchiveError(`The zip archive has ${entryCount} entries; more than ${MAX_ENTRIES} are refused`, {})
  }
  if (length > DIRECTORY_MAX_BYTES) {
    throw new ArchiveError(`The zip archive's directory is larger than ${DIRECTORY_MAX_BYTES} bytes`, {})
  }
  const records = await bundle.read(offset, length)
  const members: ZipMember[] = []
  let at = 0
  for (let entry = 0; entry < entryCount; entry++) {
    const record = cutRecord(records, at)
    members.push(readMember(record))
    at += record.length
  }
  // A directory with bytes that belong to no entry may have entries that other readers see (fault case A8).
  if (at !== length) {
    throw new ArchiveError(`The zip archive's directory has ${length} bytes, its entries ${at}`, {})
  }
  return { members, offset }
}

interface DirectoryRecord {
  readonly view: DataView
  readonly nameBytes: Uint8Array
  readonly extra: Uint8Array
  readonly length: number
}

function cutRecord(records: Uint8Array, at: number): DirectoryRecord {
  const head = viewOf(records.subarray(at, at + RECORD_BYTES))
  if (head.byteLength < RECORD_BYTES || head.getUint32(0, true) !== RECORD_SIGNATURE) {
    throw new ArchiveError("The zip archive's directory has fewer entries than its end record counts", {})
  }
  const nameEnd = at + RECORD_BYTES + head.getUint16(28, true)
  const extraEnd = nameEnd + head.getUint16(30, true)
  const end = extraEnd + head.getUint16(32, true)
  if (end > records.length) throw new ArchiveError("The zip archive's directory ends inside of an entry", {})
  return {
    view: head,
    nameBytes: records.slice(at + RECORD_BYTES, nameEnd),
    extra: records.subarray(nameEnd, extraEnd),
    length: end - at,
  }
}

function readMember({ view, nameBytes, extra }: DirectoryRecord): ZipMember {
  const name = decodeName(nameBytes)
  const fields = extraFields(extra, name)
  const otherName = fields.get(UNICODE_PATH_FIELD)?.subarray(UNICODE_PATH_HEAD_BYTES)
  if (otherName && !equalBytes(otherName, nameBytes)) throw entryFault(name, 'it has two names')
  const wide = new WideFields(fields.get(ZIP64_FIELD), name)
  // in the order in which the field has them
  const size = wide.value(view.getUint32(24, true))
  const compressedSize = wide.value(view.getUint32(20, true))
  const offset = wide.value(view.getUint32(42, true))
  if (view.getUint16(34, true) !== 0) throw severalDisks()
  return {
    name,
    nameBytes,
    size,
    compressedSize,
    offset,
    flags: view.getUint16(8, true),
    method: view.getUint16(10, true),
    crc: view.getUint32(16, true),
    unixMode: view.getUint32(38, true) >>> 16,
  }
}

/** By id. Readers differ in which of two that say the same thing they believe. */
function extraFields(extra: Uint8Array, name: string | undefined): ReadonlyMap<number, Uint8Array> {
  const view = viewOf(extra)
  const fields = new Map<number, Uint8Array>()
  for (let at = 0; at + 4 <= extra.length; ) {
    const id = view.getUint16(at, true)
    const end = at + 4 + view.getUint16(at + 2, true)
    if (end > extra.length) throw entryFault(name, 'an extra field of it is cut off')
    if (fields.has(id) && (id === ZIP64_FIELD || id === UNICODE_PATH_FIELD)) {
      throw entryFault(name, 'it has an extra field twice')
    }
    fields.set(id, extra.subarray(at + 4, end))
    at = end
  }
  return fields
}

/** The 64-bit values of an entry: only those that the record itself has no room for, one after the other. */
class WideFields {
  readonly #field: Uint8Array | undefined
  readonly #name: string | undefined
  #at = 0

  constructor(field: Uint8Array | undefined, name: string | undefined) {
    this.#field = field
    this.#name = name
  }

  value(short: number): number {
    if (short !== IN_ZIP64) return short
    const at = this.#at
    this.#at += 8
    if (this.#field && this.#at <= this.#field.length) return readUint64(viewOf(this.#field), at)
    const shown = JSON.stringify(this.#name ?? '')
    throw new UnsupportedError(`The archive is refused because of ${shown}: its zip64 field is missing or too short`)
  }
}

function entryFault(name: string | undefined, reason: string): ArchiveError {
  const path = name ?? ''
  return new ArchiveError(`The archive is refused because of ${JSON.stringify(path)}: ${reason}`, { path })
}

/** A byte order mark is a part of a name: without it, two names could become one. */
function decodeName(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
